// OpenAI's Realtime protocol, /v1/realtime: turns, items and responses, told of a conversation that has none of them
// (docs/protocols.md). What comes from the engine is in RealtimeProtocol+Server.swift.

internal import Basics

/// One client's state. Its session starts with its connection.
final class RealtimeProtocol: WireProtocol {
    /// What the user says, from its first word to its end.
    struct UserTurn {
        let id: String
        let start: Int64
        var pieces: [(text: String, at: Int64)] = []
        /// `speech_started` has been sent.
        var isAnnounced = false
        /// The client has committed it, and the model has heard its end.
        var isCommitted = false, isEnded = false
        /// Pieces that have been sent.
        var told = 0
    }

    /// Of what was being said when the buffer was cleared, words may be on their way.
    struct Clearance {
        let start: Int64
        /// When somebody spoke again.
        var loud: Int64?
    }

    /// Slices that the model gets to hear the end of a turn of which the client says that it is over.
    private static let afterthoughtSlices = 8
    /// Slices of silence behind which no word is on its way any more.
    private static let quietSlices = 5
    /// Slices in which a response that was asked for must begin when everything has been heard and read: five seconds.
    private static let patienceSlices = 62
    /// Base64 of a typed message, or its text, in bytes. Longer ones are refused.
    static let textMax = 4000

    /// Samples of audio that may wait to be heard.
    private static let waitingMax = 30 * SampleTime.rate
    /// Events that may come at once: a client that comes back brings all the items that are kept.
    static let eventsMax = RealtimeConversation.itemsMax + 64
    /// So long after the last loud audio the user may be the reason for what the model does.
    private static let soundMilliseconds: Int64 = 2000

    private static let append = AudioText(typeKey: "type", type: "input_audio_buffer.append", path: ["audio"])

    var messages = RealtimeMessages(.current)
    var settings = RealtimeSettings(model: "")
    var conversation = RealtimeConversation()
    var turn: UserTurn?
    var response: RealtimeResponse?
    var id = ""
    /// The session's length so far, and a slice's, in milliseconds.
    var position: Int64 = 0, slice: Int64 = 80
    /// Slices heard since the last response.
    var heard = 0
    /// The assistant's speech sounds.
    var sounds = false
    /// What the engine tells of the user is what it was told, and some of it has come.
    var isTyped = false, hasRead = false
    /// Slices in which the response must begin.
    private(set) var patience = 0
    /// When the client's last loud audio was heard, in milliseconds of the session. Long before it where there was none.
    private var loud = Int64.min / 2
    /// Samples that came and wait to be heard.
    private var waiting = 0
    /// What the user was saying was cleared: words of it may be on their way.
    var clearance: Clearance?
    /// What the user has said since the last answer.
    var unanswered: [String] = []
    private(set) var output: AudioEncoder?
    var input: AudioDecoder?
    private var holds = false
    /// The recordings of the event at hand, where it is long.
    var recordings = Recordings()
    private var made = 0
    /// A client may bring items of an earlier connection: ids differ between connections.
    private let mark: String
    /// Samples appended since the last commit, at 16 kHz.
    var appended = 0
    /// vLLM-Omni's extension is on.
    private(set) var isDuplex = false
    /// Of the last answer's message.
    var lastAnswerID: String?
    /// When the session ends, in seconds since 1970.
    private var expiry: Int64 = 0
    /// Slices left until a response that waits for the end of the user's turn does without.
    private var afterthought: Int?

    init(chance: UInt64) {
        let smallest: UInt64 = 0x1000_0000
        mark = String(smallest + chance % (0x1_0000_0000 - smallest), radix: 16)
    }

    func next(_ kind: String) -> String {
        made += 1
        return "\(kind)_\(mark)_\(made)"
    }

    // MARK: The connection

    func opened(_ request: UpgradeRequest) -> [ClientAction] {
        let offersBeta = request.subprotocols.contains { $0.hasPrefix("openai-beta.realtime") }
        let isBeta = offersBeta || request.headers["openai-beta"]?.contains("realtime=v1") == true
        (isDuplex, expiry) = (request.parameter("duplex") == "1", request.expiry)
        messages = RealtimeMessages(isBeta ? .beta : .current)
        settings = RealtimeSettings(model: request.parameter("model") ?? "")
        if request.parameter("intent") == "transcription" {
            try? settings.merge(.object([("type", .string("transcription"))]))
        }
        // Checked when the secret was given.
        if let session = request.session.flatMap({ try? JSONReader.object($0) }) { try? settings.merge(session) }
        guard let seed = request.seed("seed") else {
            let error = messages.error("invalid_value", "seed must be a whole number of 64 bits.", param: "seed")
            return [.fail([error, .close(code: 1008, reason: "invalid_value")])]
        }
        guard reopen() else {
            return [
                .fail([
                    messages.error("codec_failed", "The codec could not be opened.", type: "server_error"),
                    .close(code: 1011, reason: "codec_failed"),
                ])
            ]
        }
        return [.start(seed: seed)] + hold()
    }

    /// Codecs for the formats that are set. False when one could not be opened.
    private func reopen() -> Bool {
        guard let decoder = try? AudioDecoder(settings.input), let encoder = try? AudioEncoder(serving: settings.output)
        else { return false }
        (input, output) = (decoder, encoder)
        return true
    }

    /// The model answers by itself only where it is to, or was asked.
    func hold(asked: Bool = false) -> [ClientAction] {
        let isHeld = (!settings.createsResponses || isClearing()) && !asked
        defer { holds = isHeld }
        return isHeld == holds ? [] : [.hold(isHeld)]
    }

    // MARK: From the client

    func isAudio(text: String) -> Bool { Self.append.isPlain(text) }

    func received(text: String) -> [ClientAction] {
        let message = Self.append.read(text)
        guard case .invalid = message, text.utf8.count > AudioText.eventBytesMax else { return obey(message, text) }
        // It may hold recordings, and be as short as others without them.
        let short = recordings.take(out: text)
        defer { recordings = Recordings() }
        return obey(Self.append.read(short), short)
    }

    private func obey(_ message: AudioText.Message, _ text: String) -> [ClientAction] {
        switch message {
        case .audio(let bytes, let event):
            return hear(bytes ?? recordings.first, event ?? (try? JSONReader.object(text)) ?? .empty)
        case .invalid(let failure): return refuse("invalid_json", failure.message, .empty)
        case .event(let event):
            let type = event["type"]?.text ?? ""
            let shape = RealtimeShapes.events[type] ?? RealtimeShapes.others
            if let fault = shape.fault(of: event) { return refuse(fault, event) }
            return obey(event, type)
        }
    }

    func received(binary: [UInt8]) -> ClientAction? {
        let refusal = messages.error("invalid_message", "Messages are JSON; audio is in input_audio_buffer.append.")
        return input == nil ? .fail([refusal, .close(code: 1008, reason: "invalid_message")]) : .reply(refusal)
    }

    func timedOut() -> [WireMessage] { [.close(code: 1008, reason: "no session")] }

    func refused() -> ClientAction {
        .reply(
            messages.error(
                "rate_limit_exceeded", "The event was not read: more came than \(Self.eventsMax) at once.",
                type: "rate_limit_error"))
    }

    func flooded() -> [WireMessage] {
        [
            messages.error(
                "rate_limit_exceeded", "Events came faster than the server takes them.", type: "rate_limit_error"),
            .close(code: 1008, reason: "rate_limit_exceeded"),
        ]
    }

    /// `event` gives the client's own name of it, if it has one.
    func hear(_ bytes: [UInt8]?, _ event: @autoclosure () -> JSONText) -> [ClientAction] {
        let format = settings.input, width = format.codec == .pcm ? 2 : 1
        guard waiting + (bytes?.count ?? 0) / width * SampleTime.rate / format.rate <= Self.waitingMax else {
            let seconds = Self.waitingMax / SampleTime.rate
            return refuseAudio("input_audio_buffer_full", "More than \(seconds) s of audio wait to be heard.", event())
        }
        guard let input, let bytes, let samples = input.decode(bytes) else {
            return refuseAudio("invalid_value", "audio is not base64 of the session's format.", event(), param: "audio")
        }
        appended += samples.count
        waiting += samples.count
        // Who must not interrupt is not heard while the assistant speaks.
        let isDeaf = sounds && !settings.interruptsResponses
        let heard = isDeaf ? Array(repeating: 0, count: samples.count) : samples
        return [.audio(heard)]
    }

    func passedOn(_ samples: [Float], waiting: Int) {
        self.waiting = waiting
        guard samples.contains(where: { abs($0) > InputBacklog.loudness }) else { return }
        loud = position
        if clearance != nil { clearance!.loud = clearance!.loud ?? position }
    }

    func dropped(_ message: WireMessage) {
        if case .text(let text) = message { input?.skip(Self.append.size(text)) }
    }

    /// A slice is over.
    func advanced() -> [ClientAction] {
        var actions: [ClientAction] = []
        if response == nil {
            afterthought = nil
            actions += hold()
        } else if let left = afterthought, isHeard {
            afterthought = response!.hasItem || left == 0 ? nil : left - 1
            actions += hold(asked: true)
            if !response!.hasItem, left == 0 { actions += retell() }
        }
        return actions
    }

    /// Whether the model has nothing more to hear before it answers.
    var mayAnswer: Bool { isHeard && afterthought == nil }

    /// Whether all that the user said has been understood, as far as silence tells.
    var isQuiet: Bool { isHeard && position - loud > Int64(Self.quietSlices) * slice }

    /// Whether nothing that came waits to be heard.
    var isHeard: Bool { waiting == 0 }

    /// Whether somebody may have spoken: something was loud of late.
    var mayHaveSpoken: Bool { position - loud < Self.soundMilliseconds }

    /// The model did not hear that the user's turn is over, or was not to answer then: it is told once more what it has heard.
    private func retell() -> [ClientAction] {
        var told: [WireMessage] = []
        if turn != nil { close(at: position, &told) }
        let text = unanswered.joined(separator: " ")
        unanswered = []
        return told.map { .reply($0) } + tell(String(text.suffix(Self.textMax)))
    }

    /// What was said is over: what comes now was written.
    private func tell(_ text: String) -> [ClientAction] {
        var told: [WireMessage] = []
        clearance = nil
        if turn != nil { close(at: position, &told) }
        (isTyped, hasRead) = (!text.isEmpty, false)
        // A letter takes less than a slice.
        patience += text.utf8.count
        return told.map { .reply($0) } + [.tell(String(text.prefix(Self.textMax)))]
    }

    private func obey(_ event: JSONText, _ type: String) -> [ClientAction] {
        switch type {
        case "session.update": update(event)
        case "input_audio_buffer.commit": commit(event)
        case "input_audio_buffer.clear": clear()
        case "output_audio_buffer.clear": response == nil ? [] : cancel()
        case "conversation.item.create": create(event)
        case "conversation.item.retrieve", "conversation.item.truncate", "conversation.item.delete": edit(event, type)
        case "response.create": respond(event)
        case "response.cancel": cancel(event)
        default:
            isDuplex ? obeyDuplex(event, type) ?? unknown(event, type) : unknown(event, type)
        }
    }

    private func unknown(_ event: JSONText, _ type: String) -> [ClientAction] {
        refuse(
            "invalid_value", "There is no event of type \(type.isEmpty ? "none" : type).", event,
            param: "type")
    }

    /// The same for audio, which does not count as an event.
    private func refuseAudio(
        _ code: String, _ message: String, _ event: JSONText, param: String? = nil
    ) -> [ClientAction] {
        [.refuse(messages.error(code, message, event, param: param))]
    }

    func refuse(_ code: String, _ message: String, _ event: JSONText, param: String? = nil) -> [ClientAction] {
        [.reply(messages.error(code, message, event, param: param))]
    }

    func refuse(_ fault: FieldError, _ event: JSONText) -> [ClientAction] {
        let code =
            switch fault.kind {
            case .type: "invalid_type"
            case .value: "invalid_value"
            case .long: "string_above_max_length"
            case .missing: "missing_required_parameter"
            }
        return refuse(code, fault.message, event, param: fault.param)
    }

    func reply(_ type: String, _ fields: [(String, JSONText)] = []) -> [ClientAction] {
        messages.event(type, fields).map { [.reply($0)] } ?? []
    }

    private func update(_ event: JSONText) -> [ClientAction] {
        guard let asked = event["session"] else {
            return refuse("missing_required_parameter", "session is missing.", event, param: "session")
        }
        let before = (settings.input, settings.output)
        do { try settings.merge(isDuplex ? Self.session(ofDuplex: asked) : asked, anyRate: isDuplex) } catch {
            return refuse(error, event)
        }
        if before != (settings.input, settings.output), !reopen() {
            return refuse("codec_failed", "The codec could not be opened.", event)
        }
        return hold() + reply("session.updated", [("session", session)])
    }

    var session: JSONText {
        let session = settings.described(id: "sess_" + id, expires: expiry, in: messages.dialect)
        guard isDuplex, case .object(let fields) = session else { return session }
        return .object(fields + [("capabilities", Self.capabilities)])
    }

    // MARK: Responses

    private func respond(_ event: JSONText) -> [ClientAction] {
        guard !settings.transcribesOnly else {
            return refuse("invalid_value", "A transcription session has no responses.", event, param: "type")
        }
        if let response {
            return refuse(
                "conversation_already_has_active_response",
                "Conversation already has an active response in progress: \(response.id). Wait until the response is finished before creating a new one.",
                event)
        }
        let asked = event["response"] ?? .empty
        let speaks = RealtimeSettings.speaks(asked["output_modalities"] ?? asked["modalities"]) ?? settings.speaks
        var new = RealtimeResponse(id: next("resp"), itemID: next("item"), isText: !speaks, isAsked: true)
        new.isAside = asked["conversation"]?.text == "none"
        new.metadata = asked["metadata"]?.once ?? .null
        begin(new)
        return reply("response.created", [("response", response!.described(settings, in: messages.dialect))])
            + prompt(asked)
    }

    /// What makes the model answer: what was typed since the last response; else what was said; where there is neither, what the
    /// client's program wrote.
    private func prompt(_ asked: JSONText) -> [ClientAction] {
        let given = asked["input"]?.list?.filter { $0["role"]?.text == "user" }
        let typed = given?.map { RealtimeItem.text(of: $0) }.joined(separator: " ")
        let text = typed ?? conversation.untold(by: ["user"], most: Self.textMax),
            program = conversation.untold(by: ["system", "developer"], most: Self.textMax)
        conversation.takeUp()
        guard text.isEmpty else { return tell(text) }
        guard turn == nil, isHeard else {
            afterthought = Self.afterthoughtSlices
            return []
        }
        guard unanswered.isEmpty else { return retell() }
        return tell(asked["instructions"]?.text ?? program)
    }

    func begin(_ new: RealtimeResponse) {
        response = new
        response!.heard = heard
        (heard, patience) = (0, Self.patienceSlices)
    }

    private func cancel(_ event: JSONText = .empty) -> [ClientAction] {
        guard let response, event["response_id"]?.text ?? response.id == response.id else {
            return refuse("response_cancel_not_active", "Cancellation failed: no active response found", event)
        }
        var told: [WireMessage] = []
        finish(.cancelled, reason: "client_cancelled", into: &told)
        (sounds, isTyped) = (false, false)
        return [.interrupt] + told.map { .reply($0) }
    }
}

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

    /// Slices that the model gets to hear the end of a turn of which the client says that it is over.
    private static let afterthoughtSlices = 8
    /// Slices of silence behind which no word is on its way any more.
    private static let quietSlices = 5
    /// Slices in which a response that was asked for must begin when everything has been heard and read: five seconds.
    private static let patienceSlices = 62
    /// Base64 of a typed message, or its text, in bytes. Longer ones are refused.
    static let textMax = 4000

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
    /// When the client's last loud audio came, in milliseconds of the session.
    private var loud: Int64 = 0
    /// What the user has said since the last answer.
    var unanswered: [String] = []
    private(set) var output: AudioEncoder?
    private var input: AudioDecoder?
    private var backlog = InputBacklog()
    private var holds = false
    private var made = 0
    /// A client may bring items of an earlier connection: ids differ between connections.
    private let mark = String(UInt32.random(in: 0...UInt32.max), radix: 16)
    /// Samples appended since the last commit, at 16 kHz.
    private var appended = 0
    /// vLLM-Omni's extension is on.
    private(set) var isDuplex = false
    /// Of the last answer's message.
    var lastAnswerID: String?
    /// When the session ends, in seconds since 1970.
    private var expiry: Int64 = 0
    /// Slices left until a response that waits for the end of the user's turn does without.
    private var afterthought: Int?

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
    private func hold(asked: Bool = false) -> [ClientAction] {
        let isHeld = !settings.createsResponses && !asked
        defer { holds = isHeld }
        return isHeld == holds ? [] : [.hold(isHeld)]
    }

    // MARK: From the client

    func isAudio(text: String) -> Bool { Self.append.isPlain(text) }

    func received(text: String) -> [ClientAction] {
        switch Self.append.read(text) {
        case .audio(let bytes): return hear(bytes, (try? JSONReader.object(text)) ?? .empty)
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
        guard backlog.hasRoom(for: (bytes?.count ?? 0) / width * SampleTime.rate / format.rate) else {
            let seconds = InputBacklog.samplesMax / SampleTime.rate
            return refuse("input_audio_buffer_full", "More than \(seconds) s of audio wait to be heard.", event())
        }
        guard let input, let bytes, let samples = input.decode(bytes) else {
            return refuse("invalid_value", "audio is not base64 of the session's format.", event(), param: "audio")
        }
        appended += samples.count
        if samples.contains(where: { abs($0) > InputBacklog.loudness }) { loud = position }
        // Who must not interrupt is not heard while the assistant speaks.
        let isDeaf = sounds && !settings.interruptsResponses
        let heard = isDeaf ? Array(repeating: 0, count: samples.count) : samples
        return [backlog.hear(heard) ? .audio(heard) : .kept(samples: samples.count)]
    }

    /// What was held back may go on: a slice is over.
    func advanced() -> [ClientAction] {
        var actions = backlog.advance(Int(slice) * SampleTime.rate / 1000).map { ClientAction.audio($0) }
        if response == nil {
            afterthought = nil
            actions += hold()
        } else if let left = afterthought, backlog.isEmpty {
            afterthought = response!.hasItem || left == 0 ? nil : left - 1
            actions += hold(asked: true)
            if !response!.hasItem, left == 0 { actions += retell() }
        }
        return actions
    }

    /// Whether the model has nothing more to hear before it answers.
    var mayAnswer: Bool { backlog.isEmpty && afterthought == nil }

    /// Whether all that the user said has been understood, as far as silence tells.
    var isQuiet: Bool { backlog.isEmpty && position - loud > Int64(Self.quietSlices) * slice }

    /// Whether nothing that came waits to be heard.
    var isHeard: Bool { backlog.isEmpty }

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

    // MARK: The user's turn

    /// The user's turn is over, says the client.
    private func commit(_ event: JSONText) -> [ClientAction] {
        guard appended >= SampleTime.rate / 10 else {
            let milliseconds = Double(appended) * 1000 / Double(SampleTime.rate)
            return refuse(
                "input_audio_buffer_commit_empty",
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has \(milliseconds)ms of audio.",
                event)
        }
        appended = 0
        var told: [WireMessage] = []
        if turn?.isCommitted == true { close(at: position, &told) }
        turn = turn ?? UserTurn(id: next("item"), start: position)
        if settings.turnDetection != nil || turn!.isEnded && isQuiet {
            close(at: position, &told)
        } else {
            // Its last word may be on its way.
            turn!.isCommitted = true
            told += committed()
        }
        return told.map { .reply($0) }
    }

    /// What tells that the turn is an item now.
    func committed() -> [WireMessage] {
        guard let turn else { return [] }
        var item = RealtimeItem(id: turn.id, role: "user")
        item.pieces = turn.pieces
        let previous = conversation.add(item).map { JSONText.string($0) } ?? .null
        let fields = [("previous_item_id", previous), ("item_id", JSONText.string(turn.id))]
        return [messages.event("input_audio_buffer.committed", fields)].compactMap { $0 }
            + announce(item, behind: previous)
    }

    func announce(_ item: RealtimeItem, behind previous: JSONText) -> [WireMessage] {
        let fields = [
            ("previous_item_id", previous),
            ("item", item.described(in: messages.dialect, transcribes: settings.transcribes)),
        ]
        return ["conversation.item.added", "conversation.item.done"].compactMap { messages.event($0, fields) }
    }

    private func clear() -> [ClientAction] {
        backlog.clear()
        appended = 0
        if turn?.isCommitted == false, settings.turnDetection == nil { turn = nil }
        return reply("input_audio_buffer.cleared")
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
        guard turn == nil, backlog.isEmpty else {
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

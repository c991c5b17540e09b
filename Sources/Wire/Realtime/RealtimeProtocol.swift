// OpenAI's Realtime protocol, /v1/realtime: turns, items and responses, reported of a conversation that has none of them
// (docs/protocols.md). RealtimeTurns and RealtimeResponses decide what happens; this file and the extensions report it.

internal import Audio
internal import Basics

/// One client's state. Its session starts with the connection.
final class RealtimeProtocol: WireProtocol {
    /// Bytes of a typed message's text. Longer ones are refused.
    static let textMax = 4000
    /// Events that may come at once: a client that reconnects may send all the items that are kept.
    static let eventsMax = RealtimeConversation.itemsMax + 64

    /// The events that have an effect, besides those of vLLM-Omni's extension.
    private static let types = [
        "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear",
        "output_audio_buffer.clear", "conversation.item.create", "conversation.item.retrieve",
        "conversation.item.truncate", "conversation.item.delete", "response.create", "response.cancel",
    ]

    private static let append = AudioText(typeKey: "type", type: "input_audio_buffer.append", path: ["audio"])

    var messages = RealtimeMessages(.current)
    var conversation = RealtimeConversation()
    var turns = RealtimeTurns()
    var responses = RealtimeResponses()
    var mind = RealtimeMind()
    var microphone: RealtimeMicrophone
    var clock: RealtimeClock
    var ids: RealtimeIDs
    private(set) var settings = RealtimeSettings(model: "")
    private(set) var output: AudioEncoder?
    /// The recordings of the present event, if it is long.
    private(set) var recordings = Recordings()
    /// Whether vLLM-Omni's extension is on.
    private(set) var isDuplex = false
    private var id = ""
    /// All sound belongs to a response.
    var carriesBackChannels: Bool { false }
    /// When the session ends, in seconds since 1970.
    private var expiry: Int64 = 0
    /// Whether the model was told not to answer by itself.
    private var holds = false
    /// The changes and the encoded audio of the present slice. Kept to reuse their memory.
    var changes: [RealtimeResponses.Change] = [], audio: [[UInt8]] = []

    init(_ clock: SliceClock, chance: UInt64) {
        ids = RealtimeIDs(chance: chance)
        microphone = RealtimeMicrophone(rate: clock.rate)
        self.clock = RealtimeClock(clock)
    }

    // MARK: The connection

    func opened(_ request: UpgradeRequest) -> [ClientAction] {
        let offersBeta = request.subprotocols.contains { $0.hasPrefix("openai-beta.realtime") }
        let isBeta = offersBeta || request.headers["openai-beta"]?.contains("realtime=v1") == true
        (isDuplex, expiry) = (request.parameter("duplex") == "1", request.expiry)
        mind.exists = request.hasMind
        messages = RealtimeMessages(isBeta ? .beta : .current)
        settings = RealtimeSettings(model: request.parameter("model") ?? "")
        if request.parameter("intent") == "transcription" {
            try? settings.merge(.object([("type", .string("transcription"))]))
        }
        // Checked when the client secret was issued.
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
        return [.start(seed: seed)] + mind.configure(settings.setup, isIdle: true) + hold()
    }

    /// Opens codecs for the present formats. False if one could not be opened.
    private func reopen() -> Bool {
        guard let decoder = try? AudioDecoder(settings.input, rate: clock.rate),
            let encoder = try? AudioEncoder(serving: settings.output, rate: clock.rate)
        else { return false }
        microphone.open(decoder)
        output = encoder
        return true
    }

    func started(id: String, model: String) {
        self.id = id
        if settings.model.isEmpty { settings.setModel(model) }
    }

    /// The model answers by itself only if the settings say so, or it was asked.
    func hold(asked: Bool = false) -> [ClientAction] {
        let isHeld = (!settings.createsResponses || turns.isClearing(at: clock.position)) && !asked
        defer { holds = isHeld }
        return isHeld == holds ? [] : [.speakOnlyWhenAsked(isHeld)]
    }

    // MARK: From the client

    func isAudio(text: String) -> Bool { Self.append.isPlain(text) }

    func received(text: String) -> [ClientAction] {
        let message = Self.append.read(text)
        guard case .invalid = message, text.utf8.count > AudioText.eventBytesMax else { return perform(message, text) }
        // It may contain recordings, and be short enough without them.
        let short = recordings.take(out: text)
        defer { recordings = Recordings() }
        return perform(Self.append.read(short), short)
    }

    private func perform(_ message: AudioText.Message, _ text: String) -> [ClientAction] {
        switch message {
        case .audio(let bytes, let event):
            if let event, recordings.first == nil, let fault = Self.append.fault(of: event) {
                return [.refuse(error(fault, event))]
            }
            return receiveAudio(bytes ?? recordings.first, event ?? (try? JSONReader.object(text)) ?? .empty)
        case .invalid(let failure): return refuse("invalid_json", failure.message, .empty)
        case .event(let event):
            let type = event["type"]?.text ?? ""
            let shape = RealtimeShapes.events[type] ?? RealtimeShapes.others
            if let fault = shape.fault(of: event) { return refuse(fault, event) }
            return perform(event, type)
        }
    }

    func received(binary: [UInt8]) -> ClientAction? {
        let refusal = messages.error("invalid_message", "Messages are JSON; audio is in input_audio_buffer.append.")
        return !microphone.isOpen ? .fail([refusal, .close(code: 1008, reason: "invalid_message")]) : .reply(refusal)
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

    /// `event` provides the client's id of it, if there is one.
    func receiveAudio(_ bytes: [UInt8]?, _ event: @autoclosure () -> JSONText) -> [ClientAction] {
        guard microphone.hasRoom(for: bytes?.count ?? 0, of: settings.input) else {
            let seconds = RealtimeMicrophone.waitingSecondsMax
            return refuseAudio("input_audio_buffer_full", "More than \(seconds) s of audio wait to be heard.", event())
        }
        guard let bytes, let samples = microphone.take(bytes) else {
            return refuseAudio("invalid_value", "audio is not base64 of the session's format.", event(), param: "audio")
        }
        // With interrupt_response false, the user is not heard while the assistant speaks.
        let isDeaf = responses.sounds && !settings.interruptsResponses
        return [.audio(isDeaf ? Array(repeating: 0, count: samples.count) : samples)]
    }

    func passedOn(_ samples: [Float], waiting: Int) {
        if microphone.passedOn(samples, waiting: waiting, at: clock.position) { turns.loud(at: clock.position) }
    }

    func dropped(_ message: WireMessage) {
        if case .text(let text) = message { microphone.skip(Self.append.size(text)) }
    }

    private func perform(_ event: JSONText, _ type: String) -> [ClientAction] {
        switch type {
        case "session.update": update(event)
        case "input_audio_buffer.commit": commit(event)
        case "input_audio_buffer.clear": clear()
        case "output_audio_buffer.clear": responses.isIdle ? [] : cancel()
        case "conversation.item.create": create(event)
        case "conversation.item.retrieve", "conversation.item.truncate", "conversation.item.delete": edit(event, type)
        case "response.create": respond(event)
        case "response.cancel": cancel(event)
        default:
            isDuplex ? performDuplex(event, type) ?? unknown(event, type) : unknown(event, type)
        }
    }

    private func unknown(_ event: JSONText, _ type: String) -> [ClientAction] {
        refuse("invalid_value", EventTypes.unknown(type, Self.types), event, param: "type")
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

    func refuse(_ fault: FieldError, _ event: JSONText) -> [ClientAction] { [.reply(error(fault, event))] }

    private func error(_ fault: FieldError, _ event: JSONText) -> WireMessage {
        let code =
            switch fault.kind {
            case .type: "invalid_type"
            case .value: "invalid_value"
            case .long: "string_above_max_length"
            case .missing: "missing_required_parameter"
            }
        return messages.error(code, fault.message, event, param: fault.param)
    }

    /// The messages that `tell` appends, as immediate replies.
    func replies(_ tell: (inout [WireMessage]) -> Void) -> [ClientAction] {
        var out: [WireMessage] = []
        tell(&out)
        return out.map { .reply($0) }
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
        return mind.configure(settings.setup, isIdle: responses.isIdle) + hold()
            + reply("session.updated", [("session", session)])
    }

    var session: JSONText {
        let session = settings.described(id: "sess_" + id, expires: expiry, in: messages.dialect)
        guard isDuplex, case .object(let fields) = session else { return session }
        return .object(fields + [("capabilities", capabilities)])
    }
}

// The native protocol, /v1/duplex: binary messages are audio, text messages are JSON (docs/protocols.md).

internal import Audio
internal import Basics

/// One client's state: waiting for `session.start`, or running.
final class DuetProtocol: ResumableProtocol {
    /// Bad audio messages in a row after which the connection ends.
    static let badAudioMax = 50
    /// Code points in a text to tell or to say.
    static let textMax = 4000

    private let clock: SliceClock
    private var input: AudioDecoder?
    private var inputFormat = AudioFormat.standard
    private var badAudio = 0
    /// The sequence number of the last audio message that was decoded.
    private var lastHeard: Int64 = -1
    private var view: DuetView?
    /// Instructions and tools, and whether a text model follows them.
    var setup = MindSetup()
    private(set) var hasMind = false

    var ticket: ResumeTicket? {
        get { view?.ticket }
        set { view?.ticket = newValue }
    }

    init(_ clock: SliceClock) { self.clock = clock }

    // MARK: From the client

    func opened(_ request: UpgradeRequest) -> [ClientAction] {
        hasMind = request.hasMind
        return []
    }

    func received(text: String) -> [ClientAction] {
        let event: JSONText
        do throws(JSONFailure) { event = try JSONReader.object(text) } catch {
            let error = DuetMessages.error("invalid_json", error.message)
            return input == nil ? [.fail([error, .close(code: 1008, reason: "invalid_json")])] : [.reply(error)]
        }
        let type = event["type"]?.text
        guard input != nil else {
            if type == "session.start" { return start(event) }
            let hint = type == "session.resume" ? " To resume a session, connect with ?resume=ID." : ""
            return fail("expected_session_start", "The first event must be session.start." + hint)
        }
        if let fault = Self.events.fault(of: event) { return refuse(fault) }
        switch type {
        case "session.interrupt": return [.interrupt]
        case "session.tell": return with("text", of: event, \.text) { .tell($0) }
        case "session.say": return with("text", of: event, \.text) { .say($0) }
        case "session.playback.ack": return with("played_ms", of: event, \.real) { played($0) }
        case "session.update": return update(event)
        case "session.context.append": return append(event)
        case "session.tool.result": return giveBack(event)
        case "session.clock": return with("client_ms", of: event, \.real) { .clock(client: $0) }
        case "session.close": return [.close]
        case "session.start", "session.resume":
            return [.reply(DuetMessages.error("already_started", "The session has started; formats cannot change."))]
        default:
            let message = EventTypes.unknown(type ?? "", Self.types)
            return [.reply(DuetMessages.error("unknown_event", message, param: "type"))]
        }
    }

    /// The events after the first.
    private static let types = [
        "session.interrupt", "session.tell", "session.say", "session.update", "session.context.append",
        "session.tool.result", "session.playback.ack", "session.clock", "session.close",
    ]
    /// The fields of every event after the first.
    private static let events = JSONShape.object([
        "type": .text(0...128), "text": .writing(textMax), "played_ms": .real(0...Double(JSONShape.exactIntegerMax)),
        "client_ms": .real(0...Double(JSONShape.exactIntegerMax)), "role": .choice(["system", "user", "assistant"]),
        "call_id": .text(1...ToolFields.idBytesMax), "output": .text(0...ToolFields.outputBytesMax),
        "session": .object(mind),
    ])
    private static let mind: [String: JSONShape] = [
        "instructions": .text(), "tools": .list(ToolFields.toolShape), "tool_choice": ToolFields.choiceShape,
    ]
    private static let format = JSONShape.object(["type": .text(), "rate": .whole(0...1_000_000)])
    private static let start = JSONShape.object([
        "session": .object(
            mind.merging([
                "audio": .object(["input": format, "output": format, "framing": .text()]), "decisions": .flag,
                "seed": .seed,
            ]) { $1 })
    ])

    /// The action of an event that must have the field `name`.
    private func with<Value>(
        _ name: String, of event: JSONText, _ value: (JSONText) -> Value?, _ action: (Value) -> ClientAction
    ) -> [ClientAction] {
        guard let value = event[name].flatMap(value) else { return refuse(FieldError(name, .missing, "")) }
        return [action(value)]
    }

    func refuse(_ fault: FieldError) -> [ClientAction] {
        [.reply(DuetMessages.error("invalid_value", fault.message, param: fault.param))]
    }

    private func played(_ milliseconds: Double) -> ClientAction {
        let position = Int64(milliseconds)
        view?.played = position
        return .played(behind: max(0, (view?.position ?? 0) - position))
    }

    func received(binary: [UInt8]) -> ClientAction? {
        guard let input else {
            return .fail(DuetMessages.end("expected_session_start", "Audio came before session.start."))
        }
        var audio = binary
        if view?.framing == .header {
            guard let header = AudioHeader(binary), header.codec == inputFormat.codec else { return refusal() }
            // Sent again after the client resumed.
            guard Int64(header.sequence) > lastHeard else { return nil }
            if Int64(header.sequence) > lastHeard + 1 { input.restart() }
            lastHeard = Int64(header.sequence)
            audio = Array(binary.dropFirst(AudioHeader.size))
        }
        guard let samples = input.decode(audio) else { return refusal() }
        badAudio = 0
        return samples.isEmpty ? nil : .audio(samples)
    }

    func dropped(_ message: WireMessage) {
        guard case .binary(let bytes) = message, let input else { return }
        guard view?.framing == .header else { return input.skip(bytes.count) }
        guard let header = AudioHeader(bytes), Int64(header.sequence) == lastHeard + 1 else { return }
        lastHeard += 1
        input.skip(bytes.count - AudioHeader.size)
    }

    /// Refuses a binary message that is not audio of the format.
    private func refusal() -> ClientAction {
        badAudio += 1
        let header = view?.framing == .header ? " behind a header of 16 bytes" : ""
        let error = DuetMessages.error("bad_audio", "The message is not \(inputFormat.codec.rawValue)\(header).")
        return badAudio < Self.badAudioMax
            ? .refuse(error) : .fail([error, .close(code: 1003, reason: "bad_audio")])
    }

    func timedOut() -> [WireMessage] {
        DuetMessages.end("expected_session_start", "No session.start came in time.")
    }

    func flooded() -> [WireMessage] {
        DuetMessages.end("too_many_events", "Events came faster than the server takes them.")
    }

    private func fail(_ code: String, _ message: String, param: String? = nil) -> [ClientAction] {
        [.fail(DuetMessages.end(code, message, param: param))]
    }

    private func start(_ event: JSONText) -> [ClientAction] {
        if let fault = Self.start.fault(of: event) {
            return fail("invalid_value", fault.message, param: fault.param)
        }
        let session = event["session"] ?? .empty, audio = session["audio"] ?? .empty
        guard let microphone = format(audio["input"]) else { return refuseFormat("session.audio.input") }
        guard let spoken = format(audio["output"]) else { return refuseFormat("session.audio.output") }
        guard let framing = NumberedAudio.Framing(rawValue: audio["framing"]?.text ?? "raw") else {
            return fail("unsupported_framing", "Framings are raw and header.", param: "session.audio.framing")
        }
        guard let decoder = try? AudioDecoder(microphone, rate: clock.rate),
            let output = try? NumberedAudio(spoken, framing, rate: clock.rate)
        else {
            return [.fail(DuetMessages.end("codec_failed", "The codec could not be opened.", closing: 1011))]
        }
        do { try ToolFields.merge(session, into: &setup, "session") } catch {
            return fail("invalid_value", error.message, param: error.param)
        }
        (inputFormat, input) = (microphone, decoder)
        let sendsDecisions = session["decisions"]?.flag ?? false
        view = DuetView(clock, input: microphone, output: output, sendsDecisions: sendsDecisions)
        return [.start(seed: session["seed"]?.seed ?? 0)]
            + (hasMind && setup != MindSetup() ? [.configure(setup)] : [])
    }

    private func refuseFormat(_ param: String) -> [ClientAction] {
        fail(
            "unsupported_format",
            "Formats are audio/opus at 16000, 24000 or 48000 Hz, audio/pcm (16-bit little-endian mono) at 8000, 16000, 24000 or 48000 Hz, and audio/pcmu and audio/pcma at 8000 Hz.",
            param: param)
    }

    /// The standard format if there is none; nil for an unsupported one.
    private func format(_ value: JSONText?) -> AudioFormat? {
        guard let value else { return .standard }
        guard let codec = AudioFormat.Codec(rawValue: value["type"]?.text ?? "audio/opus") else { return nil }
        return AudioFormat(codec: codec, rate: value["rate"]?.whole.map { Int($0) } ?? codec.rateDefault)
    }

    // MARK: To the client

    func encode(_ event: ServerEvent, into messages: inout [WireMessage]) {
        view?.encode(event, into: &messages)
    }

    func unsent() { view?.unsent() }

    func lost() { view?.lost() }

    func resumed(after sequence: Int64?) -> [WireMessage] { view?.resumed(after: sequence) ?? [] }
}

// The native protocol, /v1/duplex: binary messages are audio, text messages are JSON (docs/protocols.md).

internal import Foundation

/// One client's state: waiting for `session.start`, or running.
final class DuetProtocol: ResumableProtocol {
    /// Bad audio messages in a row that end the connection.
    static let badAudioMax = 50
    /// Characters of a text that is told or to be said.
    static let textMax = 4000

    private var input: AudioDecoder?
    private var inputFormat = AudioFormat.standard
    private var badAudio = 0
    /// The number of the last audio message that was heard.
    private var lastHeard: Int64 = -1
    private var view: DuetView?

    var ticket: ResumeTicket? {
        get { view?.ticket }
        set { view?.ticket = newValue }
    }

    // MARK: From the client

    func received(text: String) -> [ClientAction] {
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
            let event = object as? [String: Any]
        else {
            let error = DuetMessages.error("invalid_json", "The message is not a JSON object.")
            return input == nil ? [.fail([error, .close(code: 1008, reason: "invalid_json")])] : [.reply(error)]
        }
        let type = event["type"] as? String
        guard input != nil else {
            return type == "session.start"
                ? start(event) : fail("expected_session_start", "The first event must be session.start.")
        }
        switch type {
        case "session.interrupt": return [.interrupt]
        case "session.tell": return with("text", of: event, as: text(_:)) { .tell($0) }
        case "session.say": return with("text", of: event, as: text(_:)) { .say($0) }
        case "session.playback.ack": return with("played_ms", of: event, as: time(_:)) { played($0) }
        case "session.clock": return with("client_ms", of: event, as: time(_:)) { .clock(client: $0) }
        case "session.close": return [.close]
        case "session.start", "session.resume":
            return [.reply(DuetMessages.error("already_started", "The session has started; formats cannot change."))]
        default:
            return [.reply(DuetMessages.error("unknown_event", "There is no event of type \(type ?? "none")."))]
        }
    }

    /// What an event with a field asks for, or what is wrong with the field.
    private func with<Value>(
        _ name: String, of event: [String: Any], as read: (Any?) -> Value?, _ action: (Value) -> ClientAction
    ) -> [ClientAction] {
        guard let value = read(event[name]) else {
            let kind = name == "text" ? "a text of up to \(Self.textMax) characters" : "a number from 0 to 2^53"
            return [.reply(DuetMessages.error("invalid_value", "\(name) must be \(kind)."))]
        }
        return [action(value)]
    }

    private func text(_ value: Any?) -> String? { (value as? String).flatMap { $0.count <= Self.textMax ? $0 : nil } }

    /// In milliseconds.
    private func time(_ value: Any?) -> Double? {
        (value as? NSNumber).flatMap { (0...9_007_199_254_740_992).contains($0.doubleValue) ? $0.doubleValue : nil }
    }

    private func played(_ milliseconds: Double) -> ClientAction {
        let position = Int64(milliseconds)
        view?.played = position
        return .played(behind: max(0, (view?.position ?? 0) - position))
    }

    func received(binary: [UInt8]) -> ClientAction? {
        guard let input else { return failure("expected_session_start", "Audio came before session.start.") }
        var audio = binary
        if view?.framing == .header {
            guard let header = AudioHeader(binary), header.codec == inputFormat.codec else { return refusal() }
            // Repeated after a new start of the connection.
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

    /// The message is no audio.
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

    private func fail(_ code: String, _ message: String) -> [ClientAction] { [failure(code, message)] }

    private func failure(_ code: String, _ message: String) -> ClientAction { .fail(DuetMessages.end(code, message)) }

    private func start(_ event: [String: Any]) -> [ClientAction] {
        let session = event["session"] as? [String: Any] ?? [:]
        let audio = session["audio"] as? [String: Any] ?? [:]
        guard let heard = format(audio["input"]), let spoken = format(audio["output"]) else {
            return fail(
                "unsupported_format",
                "Formats are audio/opus at 16000, 24000 or 48000 Hz, audio/pcm (16-bit little-endian mono) at 8000, 16000, 24000 or 48000 Hz, and audio/pcmu and audio/pcma at 8000 Hz."
            )
        }
        guard let framing = framing(audio["framing"]) else {
            return fail("unsupported_framing", "Framings are raw and header.")
        }
        guard let decoder = try? AudioDecoder(heard), let output = try? NumberedAudio(spoken, framing) else {
            return [.fail(DuetMessages.end("codec_failed", "The codec could not be opened.", closing: 1011))]
        }
        (inputFormat, input) = (heard, decoder)
        view = DuetView(input: heard, output: output, tellsDecisions: session["decisions"] as? Bool ?? false)
        let seed = (session["seed"] as? NSNumber)?.int64Value ?? 0
        return [.start(seed: UInt64(bitPattern: seed))]
    }

    /// The standard format for none; nil for one that is not supported.
    private func format(_ value: Any?) -> AudioFormat? {
        guard let value else { return .standard }
        guard let fields = value as? [String: Any] else { return nil }
        guard let codec = AudioFormat.Codec(rawValue: fields["type"] as? String ?? "audio/opus") else { return nil }
        return AudioFormat(codec: codec, rate: (fields["rate"] as? NSNumber)?.intValue ?? codec.rateDefault)
    }

    private func framing(_ value: Any?) -> NumberedAudio.Framing? {
        value == nil ? .raw : (value as? String).flatMap { NumberedAudio.Framing(rawValue: $0) }
    }

    // MARK: To the client

    func encode(_ event: ServerEvent, into messages: inout [WireMessage]) {
        view?.encode(event, into: &messages)
    }

    func unsent() { view?.unsent() }

    func lost() { view?.lost() }

    func resumed(after sequence: Int64?) -> [WireMessage] { view?.resumed(after: sequence) ?? [] }
}

// The native protocol, /v1/duplex: binary messages are audio, text messages are JSON (docs/protocol.md).

internal import Foundation

/// One client's state: waiting for `session.start`, or running.
final class DuetProtocol: WireProtocol {
    /// Bad audio messages in a row that end the connection.
    static let badAudioMax = 50

    private var input: AudioDecoder?
    private var output: AudioEncoder?
    private var inputFormat = AudioFormat.standard
    private var outputFormat = AudioFormat.standard
    private var badAudio = 0

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
        case "session.close": return [.close]
        case "session.start":
            return [.reply(DuetMessages.error("already_started", "The session has started; formats cannot change."))]
        default:
            return [.reply(DuetMessages.error("unknown_event", "There is no event of type \(type ?? "none")."))]
        }
    }

    func received(binary: [UInt8]) -> ClientAction? {
        guard let input else { return failure("expected_session_start", "Audio came before session.start.") }
        if let samples = input.decode(binary) {
            badAudio = 0
            return samples.isEmpty ? nil : .audio(samples)
        }
        badAudio += 1
        let error = DuetMessages.error("bad_audio", "The message is not \(inputFormat.codec.rawValue).")
        return badAudio < Self.badAudioMax
            ? .reply(error) : .fail([error, .close(code: 1003, reason: "bad_audio")])
    }

    func timedOut() -> [WireMessage] {
        [
            DuetMessages.error("expected_session_start", "No session.start came in time."),
            .close(code: 1008, reason: "expected_session_start"),
        ]
    }

    func flooded() -> [WireMessage] {
        [
            DuetMessages.error("too_many_events", "Events came faster than the server takes them."),
            .close(code: 1008, reason: "too_many_events"),
        ]
    }

    private func fail(_ code: String, _ message: String) -> [ClientAction] { [failure(code, message)] }

    private func failure(_ code: String, _ message: String) -> ClientAction {
        .fail([DuetMessages.error(code, message), .close(code: 1008, reason: code)])
    }

    private func start(_ event: [String: Any]) -> [ClientAction] {
        let session = event["session"] as? [String: Any] ?? [:]
        let audio = session["audio"] as? [String: Any] ?? [:]
        guard let heard = format(audio["input"]), let spoken = format(audio["output"]) else {
            return fail(
                "unsupported_format",
                "Formats are audio/opus at 16000, 24000 or 48000 Hz, audio/pcm (16-bit little-endian mono) at 8000, 16000, 24000 or 48000 Hz, and audio/pcmu and audio/pcma at 8000 Hz."
            )
        }
        guard let decoder = try? AudioDecoder(heard), let encoder = try? AudioEncoder(serving: spoken) else {
            return [
                .fail([
                    DuetMessages.error("codec_failed", "The codec could not be opened."),
                    .close(code: 1011, reason: "codec_failed"),
                ])
            ]
        }
        (inputFormat, outputFormat, input, output) = (heard, spoken, decoder, encoder)
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

    // MARK: To the client

    func encode(_ event: ServerEvent, into messages: inout [WireMessage]) {
        guard case .audio(let samples) = event else {
            messages.append(.text(DuetMessages.text(event, input: inputFormat, output: outputFormat)))
            return
        }
        // An encoder that fails says nothing: the slice is lost, the session goes on.
        try? output?.encode(samples) { messages.append(.binary($0)) }
    }
}

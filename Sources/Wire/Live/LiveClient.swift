// A client of OpenAI's Live protocol.

internal import Audio

/// PCM, in the protocol's JSON.
final class LiveClient: ClientWire {
    private let format: AudioFormat
    private let encoder: AudioEncoder
    private let decoder: AudioDecoder
    private var turns = TurnGuess()

    /// Uses PCM at 16 kHz if `format` is that, else at 24 kHz.
    init(_ format: AudioFormat) throws(OpusError) {
        self.format = format.codec == .pcm && format.rate == 16_000 ? format : .pcm24
        encoder = try AudioEncoder(self.format)
        decoder = try AudioDecoder(self.format)
    }

    func opening() -> [WireMessage] {
        [
            .text(
                #"{"type":"session.start","session":{"model":"duet","audio":{"format":{"type":"audio/pcm","rate":\#(format.rate)}}}}"#
            )
        ]
    }

    func begins(_ message: WireMessage) -> Bool {
        if case .text(let text) = message { text.contains("session.started") } else { false }
    }

    func encode(_ samples: [Float]) throws(OpusError) -> [WireMessage] {
        try encoder.encode(samples).map {
            .text(#"{"type":"session.input_audio.append","audio":"\#(Base64.encode($0))"}"#)
        }
    }

    func read(_ message: WireMessage, at seconds: Double) -> [ClientReceived] {
        guard case .text(let text) = message, let event = try? JSONReader.object(text) else { return [] }
        let delta = event["delta"]?.text ?? ""
        switch event["type"]?.text {
        case "session.output_audio.delta":
            guard let samples = Base64.decode(delta).flatMap({ decoder.decode($0) }) else { return [] }
            return turns.audio(samples, at: seconds)
        case "session.input_transcript.delta": return turns.input(delta, at: seconds)
        case "session.output_transcript.delta": return turns.output(delta, at: seconds)
        default: return [.event(text, at: seconds)]
        }
    }

    func closing() -> WireMessage { .text(#"{"type":"session.close"}"#) }
}

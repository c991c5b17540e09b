// A client of OpenAI's Realtime protocol.

internal import Audio

/// PCM at 24 kHz, with transcripts. The server sends a response's audio in real time, and none between responses.
final class RealtimeClientWire: ClientWire {
    private let encoder: AudioEncoder
    private let decoder: AudioDecoder
    private var user = ""

    init() throws(OpusError) {
        encoder = try AudioEncoder(.pcm24)
        decoder = try AudioDecoder(.pcm24)
    }

    func opening() -> [WireMessage] {
        [.text(#"{"type":"session.update","session":{"audio":{"input":{"transcription":{"model":"duet"}}}}}"#)]
    }

    func begins(_ message: WireMessage) -> Bool {
        if case .text(let text) = message { text.contains("session.updated") } else { false }
    }

    func encode(_ samples: [Float]) throws(OpusError) -> [WireMessage] {
        try encoder.encode(samples).map {
            .text(#"{"type":"input_audio_buffer.append","audio":"\#(Base64.encode($0))"}"#)
        }
    }

    func read(_ message: WireMessage, at seconds: Double) -> [ClientReceived] {
        guard case .text(let text) = message, let event = try? JSONReader.object(text) else { return [] }
        let delta = event["delta"]?.text ?? ""
        switch event["type"]?.text {
        case "response.output_audio.delta":
            return Base64.decode(delta).flatMap { decoder.decode($0) }.map { [.audio($0)] } ?? []
        case "conversation.item.input_audio_transcription.delta":
            return [.event(NativeEvent.inputDelta(delta), at: seconds)]
        case "conversation.item.input_audio_transcription.completed":
            return [.event(NativeEvent.inputDone(event["transcript"]?.text ?? ""), at: seconds)]
        case "response.output_audio_transcript.delta": return [.event(NativeEvent.outputDelta(delta), at: seconds)]
        case "response.done": return done(event["response"] ?? .empty, at: seconds)
        case "error": return [.event(text, at: seconds)]
        default: return []
        }
    }

    private func done(_ response: JSONText, at seconds: Double) -> [ClientReceived] {
        let item = response["output"]?.list?.first
        guard let text = item?["content"]?.list?.first?["transcript"]?.text else { return [] }
        let isInterrupted = response["status"]?.text == "cancelled"
        let broken: [ClientReceived] = isInterrupted ? [.event(NativeEvent.interrupted, at: seconds)] : []
        return broken + [.event(NativeEvent.outputDone(text, interrupted: isInterrupted), at: seconds)]
    }

    func closing() -> WireMessage { .close(code: 1000, reason: "") }
}

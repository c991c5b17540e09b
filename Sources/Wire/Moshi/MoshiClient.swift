// A client of Moshi's protocol.

internal import Audio

/// Opus at 24 kHz, in one Ogg stream each way.
final class MoshiClient: ClientWire {
    private let encoder: AudioEncoder
    private let decoder: AudioDecoder
    private var muxer = OggMuxer()
    private var demuxer = OggDemuxer()
    private var turns = TurnGuess()
    private var hasHead = false

    init() throws(OpusError) {
        encoder = try AudioEncoder(.standard)
        decoder = try AudioDecoder(.standard)
    }

    func opening() -> [WireMessage] { [] }

    func begins(_ message: WireMessage) -> Bool { message == .binary([0]) }

    func encode(_ samples: [Float]) throws(OpusError) -> [WireMessage] {
        var messages: [WireMessage] = []
        for packet in try encoder.encode(samples) {
            let head = hasHead ? [] : muxer.head(rate: AudioFormat.standard.rate)
            hasHead = true
            messages.append(.binary([1] + head + muxer.page(packet)))
        }
        return messages
    }

    func read(_ message: WireMessage, at seconds: Double) -> [ClientReceived] {
        guard case .binary(let bytes) = message, let kind = bytes.first else { return [] }
        switch kind {
        case 1:
            // The stream's two headers are not audio.
            return demuxer.append(bytes.dropFirst()).filter { !$0.starts(with: Array("Opus".utf8)) }
                .compactMap { decoder.decode($0) }.flatMap { samples in
                    turns.audio(samples, at: seconds)
                }
        case 2: return turns.output(String(decoding: bytes.dropFirst(), as: UTF8.self), at: seconds)
        default: return []
        }
    }

    func closing() -> WireMessage { .close(code: 1000, reason: "") }
}

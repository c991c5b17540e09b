// Moshi's protocol, /api/chat: binary messages that begin with their kind, audio as Ogg-Opus (docs/protocols.md).

internal import Audio
internal import Basics

/// One client's state. Its session starts with the connection.
final class MoshiProtocol: WireProtocol {
    /// The first byte of a message. Other kinds are ignored.
    private enum Kind {
        static let handshake: UInt8 = 0, audio: UInt8 = 1, text: UInt8 = 2, error: UInt8 = 5
    }

    /// Bad audio messages in a row after which the connection ends.
    static let badAudioMax = 50
    /// Seconds of audio in one message: a page of the shortest packets could hold half a minute, a message an hour.
    static let messageSecondsMax = 4.0

    private let clock: SliceClock
    private var input: AudioDecoder?
    private var output: AudioEncoder?
    private var demuxer = OggDemuxer()
    private var muxer = OggMuxer()
    private var hasHead = false
    private var badAudio = 0

    init(_ clock: SliceClock) { self.clock = clock }

    // MARK: From the client

    func opened(_ request: UpgradeRequest) -> [ClientAction] {
        guard let decoder = try? AudioDecoder(.standard, rate: clock.rate),
            let encoder = try? AudioEncoder(serving: .standard, rate: clock.rate)
        else {
            return [.fail(Self.end(1011, "The codec could not be opened."))]
        }
        // `seed`, or the name that Moshi's web page uses.
        guard let seed = request.seed("seed", "text_seed") else {
            return [.fail(Self.end(1008, "seed must be a whole number of 64 bits."))]
        }
        (input, output) = (decoder, encoder)
        return [.start(seed: seed)]
    }

    func received(text: String) -> [ClientAction] { [] }

    func received(binary: [UInt8]) -> ClientAction? {
        guard let input else { return .fail(Self.end(1008, "Audio came before the session.")) }
        guard binary.first == Kind.audio else { return nil }
        let losses = demuxer.losses
        var samples: [Float] = [], seconds = 0.0, isBad = false
        for packet in demuxer.append(binary.dropFirst()) where !Self.isHead(packet) {
            seconds += packet.withUnsafeBufferPointer(OpusPacket.seconds) ?? 0
            if seconds <= Self.messageSecondsMax, let heard = input.decode(packet) {
                samples += heard
            } else {
                isBad = true
            }
        }
        guard samples.isEmpty else {
            badAudio = 0
            return .audio(samples)
        }
        if isBad || demuxer.losses > losses { badAudio += 1 }
        return badAudio < Self.badAudioMax ? nil : .fail(Self.end(1003, "The audio is not Ogg-Opus."))
    }

    /// The stream's headers (RFC 7845 §5). They are not needed: Opus decodes to any rate, and the pre-skip of a file is silence
    /// here.
    private static func isHead(_ packet: [UInt8]) -> Bool {
        ["OpusHead", "OpusTags"].contains { packet.starts(with: $0.utf8) }
    }

    func timedOut() -> [WireMessage] { Self.end(1008, "The session did not start.") }

    func flooded() -> [WireMessage] { Self.end(1008, "Messages came faster than the server takes them.") }

    private static func end(_ code: UInt16, _ message: String) -> [WireMessage] {
        [.binary([Kind.error] + message.utf8), .close(code: code, reason: message)]
    }

    // MARK: To the client

    func encode(_ event: ServerEvent, into messages: inout [WireMessage]) {
        switch event {
        case .started: messages.append(.binary([Kind.handshake]))
        case .audio(let samples): try? output?.encode(samples) { messages.append(.binary(audio($0))) }
        case .assistantText(let piece, _, _) where !piece.isEmpty: messages.append(.binary([Kind.text] + piece.utf8))
        case .assistantText, .userText, .userGuess, .latency, .userDone, .assistantDone, .speaking, .listening,
            .interrupted,
            .call, .info,
            .clock,
            .goingAway, .closed:
            break
        }
    }

    private func audio(_ packet: [UInt8]) -> [UInt8] {
        defer { hasHead = true }
        return [Kind.audio] + (hasHead ? [] : muxer.head(rate: clock.rate)) + muxer.page(packet)
    }
}

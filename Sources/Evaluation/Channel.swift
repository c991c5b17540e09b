// Degrades the microphone's signal, in this order: room, telephone band, noise, clipping, Opus with packet loss.

internal import Audio
internal import Basics
internal import Glibc
internal import Wire

/// Degrades a signal packet by packet.
struct Channel {
    private static let lossCodecBitsPerSecond = 24_000
    private let shape: ChannelShape
    private let noise: Float
    private let gain: Float
    private var room: Room?
    private var band: [Biquad]
    private var random: Random
    private let codec: (encoder: AudioEncoder, decoder: AudioDecoder)?

    init(_ scene: Scene, seed: UInt64) throws {
        var walls = Random(scene.id + " room", seed: seed)
        try self.init(
            scene.channel ?? ChannelShape(), level: scene.level, floor: scene.floor,
            random: Random(scene.id + " channel", seed: seed))
        room = scene.channel?.room.map { Room(seconds: $0, random: &walls) }
    }

    /// `level` and `floor` are the scene's, in dBFS.
    init(_ shape: ChannelShape, level: Double, floor: Double, random: Random) throws {
        self.shape = shape
        self.random = random
        noise = Signal.amplitude(shape.snr.map { level - $0 } ?? floor)
        // Speech peaks at about four times its RMS: clip at half of that.
        gain = shape.clip.map { $0 / (2 * Signal.amplitude(level)) } ?? 1
        // Fourth order at both band edges: two Butterworth sections each.
        band =
            shape.telephone == true
            ? [0.541, 1.307].flatMap { [Biquad.highPass(hertz: 300, q: $0), Biquad.lowPass(hertz: 3400, q: $0)] } : []
        guard shape.opus != nil || shape.loss != nil else {
            codec = nil
            return
        }
        let format = AudioFormat(codec: .opus, rate: Recording.rate)!
        codec = (
            try AudioEncoder(format, bitsPerSecond: shape.opus ?? Self.lossCodecBitsPerSecond),
            try AudioDecoder(format)
        )
    }

    /// Degrades the next 20 ms.
    mutating func pass(_ packet: [Float]) throws -> [Float] {
        let signal = packet.map { source in
            let sample = room?.process(source) ?? source
            let heard = band.indices.reduce(sample) { band[$1].process($0) } + noise * random.normal()
            return shape.clip.map { max(-$0, min($0, heard * gain)) } ?? heard
        }
        guard let codec else { return signal }
        return try codec.encoder.encode(signal).flatMap { bytes in
            if random.uniform() < shape.loss ?? 0 { return codec.decoder.conceal() }
            return codec.decoder.decode(bytes) ?? codec.decoder.conceal()
        }
    }
}

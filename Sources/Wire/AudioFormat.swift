// What audio looks like on the wire.

/// A codec and a rate, mono.
public struct AudioFormat: Hashable, Sendable {
    public enum Codec: String, Hashable, Sendable { case opus = "audio/opus", pcm = "audio/pcm" }

    public var codec: Codec
    /// Samples a second.
    public var rate: Int

    public static let standard = AudioFormat(codec: .opus, rate: 24_000)!

    /// Nil for a rate that the codec does not have: Opus 16, 24, 48 kHz; PCM (16-bit little-endian) 8, 16, 24, 48 kHz.
    public init?(codec: Codec, rate: Int) {
        let rates = codec == .opus ? [16_000, 24_000, 48_000] : [8_000, 16_000, 24_000, 48_000]
        guard rates.contains(rate) else { return nil }
        self.codec = codec
        self.rate = rate
    }
}

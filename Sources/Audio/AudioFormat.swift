// Audio formats on the wire.

/// A codec and a sample rate, mono.
public struct AudioFormat: Hashable, Sendable {
    public enum Codec: String, Hashable, Sendable {
        case opus = "audio/opus", pcm = "audio/pcm"
        /// G.711, mu-law and A-law.
        case pcmu = "audio/pcmu", pcma = "audio/pcma"

        /// Rates that the codec supports, in samples a second.
        public var rates: [Int] {
            switch self {
            case .opus: [16_000, 24_000, 48_000]
            case .pcm: [8_000, 16_000, 24_000, 48_000]
            case .pcmu, .pcma: [8_000]
            }
        }

        /// The rate for a client that names none.
        public var rateDefault: Int { rates.contains(24_000) ? 24_000 : 8_000 }
    }

    public var codec: Codec
    /// Samples a second.
    public var rate: Int

    public static let standard = AudioFormat(codec: .opus, rate: 24_000)!

    /// Sample rate of our own clients, in samples a second: `duet talk`, the evaluation, benchmarks.
    public static let clientRate = 16_000

    /// Telephone speech, in mu-law and A-law.
    public static let telephone = AudioFormat(codec: .pcmu, rate: 8_000)!
    public static let telephoneA = AudioFormat(codec: .pcma, rate: 8_000)!
    /// The PCM format of OpenAI's protocols.
    public static let pcm24 = AudioFormat(codec: .pcm, rate: 24_000)!

    /// Nil for a rate that the codec does not support: Opus has 16, 24, 48 kHz; PCM (16-bit little-endian) 8, 16, 24, 48 kHz;
    /// G.711 8 kHz.
    public init?(codec: Codec, rate: Int) {
        guard codec.rates.contains(rate) else { return nil }
        self.codec = codec
        self.rate = rate
    }
}

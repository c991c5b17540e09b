// Opus settings: quality for a client's microphone, speed for a server with hundreds of sessions.

/// Settings of libopus.
public struct OpusCoding: Hashable, Sendable {
    /// SILK, libopus' model of speech, where the rate suits it; otherwise CELT alone, which costs less and has 4 ms less delay.
    public var isSpeechModel: Bool
    public var bitsPerSecond: Int
    /// 0 to 10.
    public var complexity: Int
    /// Input below the last bit counts as silence. 8 to 24.
    public var bitsPerSample: Int

    /// As telephones and browsers encode a microphone.
    public static func microphone(bitsPerSecond: Int = 24_000) -> OpusCoding {
        OpusCoding(isSpeechModel: true, bitsPerSecond: bitsPerSecond, complexity: 5, bitsPerSample: 24)
    }

    /// The server's speech: a ninth of `microphone`'s time and closer to the input, for 74 % more bits (docs/benchmarks.md).
    public static let assistant = OpusCoding(
        isSpeechModel: false, bitsPerSecond: 40_000, complexity: 0, bitsPerSample: 16)
}

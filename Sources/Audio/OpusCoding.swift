// How speech becomes Opus: what a client may take its time for, and what a server with hundreds of speakers may not.

/// libopus' settings.
public struct OpusCoding: Hashable, Sendable {
    /// SILK, libopus' model of speech, where the rate suits it; otherwise CELT alone, which costs less and has 4 ms less delay.
    public var isSpeechModel: Bool
    public var bitsPerSecond: Int
    /// 0 to 10.
    public var complexity: Int
    /// What is smaller than its last bit counts as silence. 8 to 24.
    public var bitsPerSample: Int

    /// As telephones and browsers encode a microphone.
    public static func microphone(bitsPerSecond: Int = 24_000) -> OpusCoding {
        OpusCoding(isSpeechModel: true, bitsPerSecond: bitsPerSecond, complexity: 5, bitsPerSample: 24)
    }

    /// What the server says. A ninth of `microphone`'s time and nearer to what went in, for a third more bits (docs/benchmarks.md).
    public static let assistant = OpusCoding(
        isSpeechModel: false, bitsPerSecond: 40_000, complexity: 0, bitsPerSample: 16)
}

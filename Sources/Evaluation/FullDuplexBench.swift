// The rules of Full-Duplex-Bench v1 (arXiv 2503.04721), as its code applies them.

/// The published quantities, for comparison with ours.
public enum FullDuplexBench {
    /// Take-over (§3): the assistant speaks, except for at most 3 words in less than a second.
    public static func tookOver(words: Int, seconds: Double) -> Bool { words > 0 && !(seconds < 1 && words <= 3) }

    /// Latency (§3): from the end of the user's turn to the first word; negative values count as 0.
    public static func latency(firstWord: Double, turnEnd: Double) -> Double { max(0, firstWord - turnEnd) }
}

// What the listeners of a load would notice.

/// Totals over all sessions. Times in seconds.
public struct LoadResult: Sendable {
    /// Answers that began between a clip's end and the next clip's end.
    public var answers = 0
    public var clips = 0
    /// Gaps in the speech that outlasted the jitter buffer: when, since the load began, and by how much.
    public var gaps: [(at: Double, seconds: Double)] = []
    /// From a clip's last loud sample to the message that its answer begins.
    public var latencies: [(clip: Int, seconds: Double)] = []
    /// How late each message was, relative to the first of its session and to later gaps.
    public var lateness: [Double] = []
    /// When each message came, since the load began, and how late it was for a listener who never rebuffers.
    public var arrivals: [(at: Double, late: Double)] = []
    /// From the connection attempt to the start of the session.
    public var admissions: [Double] = []
    /// How late the clients themselves sent: the load's own share of the lateness.
    public var sendings: [Double] = []
    /// Words of clips whose text is known, and how many of them were understood wrongly, left out or invented.
    public var words = (wanted: 0, wrong: 0)
    public var failures: [String] = []

    /// Median latency of each clip's answers. [clip]
    public var medians: [Int: Double] {
        Dictionary(grouping: latencies, by: \.clip).mapValues { Self.percentile($0.map(\.seconds), 0.5) }
    }

    /// How much later each answer came than the same clip's median in `medians`; clips without one are skipped.
    public func latencies(above medians: [Int: Double]) -> [Double] {
        latencies.compactMap { latency in medians[latency.clip].map { latency.seconds - $0 } }
    }

    /// Nearest-rank percentile; `share` in [0, 1].
    public static func percentile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty
            ? .nan : sorted[min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
    }
}

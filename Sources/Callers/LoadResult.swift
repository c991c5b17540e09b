// What a load's listeners would have noticed.

/// All of them together. Times in seconds.
public struct LoadResult: Sendable {
    /// Answers that began after a clip's end and before the end of the next.
    public var answers = 0
    public var clips = 0
    /// Pauses of the output that outlasted the jitter buffer: when, since the load began, and by how much.
    public var gaps: [(at: Double, seconds: Double)] = []
    /// From a clip's last loud sample to the message that its answer begins.
    public var latencies: [(clip: Int, seconds: Double)] = []
    /// By how much each message came later than the first of its session would have it.
    public var lateness: [Double] = []
    /// When each message came, since the load began, and how late it was for a listener who never waits anew.
    public var arrivals: [(at: Double, late: Double)] = []
    /// From the first knock until the session has started.
    public var admissions: [Double] = []
    /// By how much later than they should the clients themselves sent: what of all lateness is the load's own.
    public var sendings: [Double] = []
    public var failures: [String] = []

    /// The median latency of each clip's answers. [clip]
    public var medians: [Int: Double] {
        Dictionary(grouping: latencies, by: \.clip).mapValues { Self.percentile($0.map(\.seconds), 0.5) }
    }

    /// By how much later each answer came than the median of the same clip's in `medians`, as far as it is known.
    public func latencies(above medians: [Int: Double]) -> [Double] {
        latencies.compactMap { latency in medians[latency.clip].map { latency.seconds - $0 } }
    }

    /// The value that a share of all are not above. [0, 1]
    public static func percentile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty
            ? .nan : sorted[min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
    }
}

// What a phase's steps have cost lately.

/// The last 128 costs, in nanoseconds, and their p99.
struct CostMeter: Sendable {
    private static let size = 128
    private var costs: [Int64] = []
    private var next = 0

    init() { costs.reserveCapacity(Self.size) }

    mutating func add(_ nanoseconds: Int64) {
        if costs.count < Self.size { costs.append(nanoseconds) } else { costs[next] = nanoseconds }
        next = (next + 1) % Self.size
    }

    /// Nil before 16 steps have been measured.
    var p99: Int64? {
        guard costs.count >= 16 else { return nil }
        return costs.sorted()[(costs.count * 99 - 1) / 100]
    }
}

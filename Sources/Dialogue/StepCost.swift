// The cost of a step, as a linear function of its rows.

/// In nanoseconds: a fixed part, because the weights are read once for all rows, and a part for each row.
public struct StepCost: Hashable, Sendable {
    public var fixed: Double
    public var row: Double

    public init(fixed: Double, row: Double) { (self.fixed, self.row) = (fixed, row) }

    func nanoseconds(rows: Int) -> Double { fixed + Double(rows) * row }

    /// How many rows fit within `nanoseconds`.
    func rows(within nanoseconds: Double) -> Int {
        guard row > 0 else { return nanoseconds >= fixed ? Int.max / 1024 : 0 }
        return max(0, Int(min((nanoseconds - fixed) / row, 1e6)))
    }
}

// What a step costs, as a line over its rows.

/// A part that the rows do not change, the weights are read once for all of them, and a part for each row. In nanoseconds.
public struct StepCost: Hashable, Sendable {
    public var fixed: Double
    public var row: Double

    public init(fixed: Double, row: Double) { (self.fixed, self.row) = (fixed, row) }

    func nanoseconds(rows: Int) -> Double { fixed + Double(rows) * row }

    /// How many rows cost no more than `nanoseconds`.
    func rows(within nanoseconds: Double) -> Int {
        guard row > 0 else { return nanoseconds >= fixed ? Int.max / 1024 : 0 }
        return max(0, Int(min((nanoseconds - fixed) / row, 1e6)))
    }
}

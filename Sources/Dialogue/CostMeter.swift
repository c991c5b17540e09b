// Estimates what a phase's step costs for any number of rows, from its recent steps.

/// A window of the last 128 steps. It starts full of steps at the cost measured before the first session, so that a first burst
/// is not admitted blindly. Real steps replace them one by one; one slow step in the window does not move the p99.
struct CostMeter: Sendable {
    private static let size = 128
    private let prior: StepCost
    private var steps: [(rows: Int, nanoseconds: Double)]
    private var next = 0
    /// Present cost of a step. The part per row is the prior's, scaled by the average cost of the steps; the fixed part is the
    /// p99 of what each step cost beyond its rows. A change of rows thus counts at once, not when the window has passed.
    private(set) var present: StepCost

    init(prior: StepCost) {
        self.prior = prior
        present = prior
        steps = Array(repeating: (1, prior.nanoseconds(rows: 1)), count: Self.size)
    }

    mutating func add(rows: Int, nanoseconds: Int64) {
        steps[next] = (rows, Double(nanoseconds))
        next = (next + 1) % Self.size
        let expected = steps.reduce(0) { $0 + prior.nanoseconds(rows: $1.rows) }
        let row = expected > 0 ? prior.row * steps.reduce(0) { $0 + $1.nanoseconds } / expected : 0
        let beyond = steps.map { $0.nanoseconds - Double($0.rows) * row }.sorted()
        present = StepCost(fixed: max(0, beyond[(Self.size * 99 - 1) / 100]), row: row)
    }
}

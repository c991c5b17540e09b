// What a phase's steps have cost lately, and from that what a step of other rows would cost.

/// The last 128 steps. It begins full of steps that cost what was measured before anybody came, so that a first burst is not
/// admitted blindly; real ones take their places one by one, and one slow step in the window is no p99.
struct CostMeter: Sendable {
    private static let size = 128
    private let prior: StepCost
    private var steps: [(rows: Int, nanoseconds: Double)]
    private var next = 0
    /// What a step costs now. Its row is the prior's, as much dearer as the steps were on average; its fixed part is p99 of what
    /// each step cost beyond its rows: so a change of rows is charged at once, not when the window has passed.
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

// Random orders of events: what holds in every one of them.

import Testing

/// One order of events, and what came of it.
protocol RandomOrder {
    /// What happened, a line each.
    var log: [String] { get }
    /// What did not hold.
    var faults: [String] { get set }

    init(seed: UInt64)
    /// An event.
    mutating func step()
    /// Nothing more comes: what goes on is to end.
    mutating func settle()
}

extension RandomOrder {
    mutating func hold(_ isTrue: Bool, _ what: String) { if !isTrue { faults.append(what) } }

    /// So many events for every seed. Tells of the first order in which something did not hold.
    static func run(seeds: Range<UInt64>, events: Int) {
        for seed in seeds {
            var order = Self(seed: seed)
            for _ in 0..<events where order.faults.isEmpty { order.step() }
            if order.faults.isEmpty { order.settle() }
            guard order.faults.isEmpty else {
                Issue.record("seed \(seed): \(order.faults)\n\(order.log.joined(separator: "\n"))")
                return
            }
        }
    }
}

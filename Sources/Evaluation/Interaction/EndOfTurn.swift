// eot-bench's measure: how often the end of a turn is seen where there is none, and how late where there is one.

/// The false cut-offs that the best policy reaches within a budget of latency, and the reverse (livekit/eot-bench: README "Policy
/// Sweep and Operating Points"; the grids and the rule are those of its `metrics.py`). A policy adds to the assistant's own decision
/// a delay, before which no decision counts, and a timeout, which decides in its place. Systems that give no probabilities have no
/// threshold to sweep there, either. Their latency ends with the decision; ours, for `heard`, with the first sound of the answer.
enum EndOfTurn {
    /// Silences within a turn that count. The turn's end always counts.
    static let holdSeconds = 0.2...5.0
    private static let delays = (2...10).map { Double($0) / 10 }
    private static let timeouts = (2...7).map { Double($0) / 2 }
    static let latencyBudgets = [0.3, 0.6]
    static let cutOffBudgets = [0.05, 0.1]

    /// What a policy reaches.
    struct Point {
        var cutOffs: Int
        var latency: Double
    }

    /// A silence that ends before the decision is no cut-off.
    static func point(_ silences: [TurnSilence], delay: Double, timeout: Double) -> Point {
        var cutOffs = 0, latencies: [Double] = []
        for silence in silences {
            let decided = min(timeout, max(delay, silence.fired ?? .infinity))
            guard let seconds = silence.seconds else {
                latencies.append(decided)
                continue
            }
            cutOffs += holdSeconds.contains(seconds) && seconds > decided + 1e-9 ? 1 : 0
        }
        return Point(cutOffs: cutOffs, latency: latencies.reduce(0, +) / Double(max(1, latencies.count)))
    }

    /// The figures of a system, and of a policy that counts silence alone on the same turns: without it they say little, because
    /// both depend on how long the pauses are.
    static func figures(_ prefix: String, _ silences: [TurnSilence]) -> [Figure] {
        let points = delays.flatMap { delay in timeouts.map { point(silences, delay: delay, timeout: $0) } }
        let quiet = silences.map { TurnSilence(seconds: $0.seconds, fired: 0) }
        let baseline = (2...70).map { point(quiet, delay: Double($0) / 20, timeout: .infinity) }
        return figures(prefix, silences, points) + figures(prefix + "silence-alone.", silences, baseline)
    }

    private static func figures(_ prefix: String, _ silences: [TurnSilence], _ points: [Point]) -> [Figure] {
        let holds = silences.count { $0.seconds.map(holdSeconds.contains) ?? false }
        let ends = silences.count { $0.seconds == nil }
        guard holds > 0, ends > 0 else { return [] }
        return latencyBudgets.map { budget in
            let name = prefix + "cut-offs-at-\(Int(budget * 1000))-ms"
            let best = points.filter { $0.latency <= budget + 1e-9 }.map(\.cutOffs).min()
            guard let best else { return Figure(name, nil, .share, n: holds) }
            return Figure(name, share: (0..<holds).map { $0 < best })
        }
            + cutOffBudgets.map { budget in
                let best = points.filter { Double($0.cutOffs) <= budget * Double(holds) + 1e-9 }.map(\.latency).min()
                return Figure(prefix + "latency-at-\(Int(budget * 100))-percent", best, .seconds, n: ends)
            }
    }
}

// What work costs on a core of its own, measured on machines that others use too.

import Basics

public enum Cost {
    /// Runs at least, and at most: more than the least only while the work costs more than is hoped for.
    private static let runs = 5...40
    /// Processor time of the yardstick in seconds on an undisturbed core of an Intel Xeon (Emerald Rapids, Debian 12, Swift 6.2): twelve
    /// times the least of forty, of the same numbers, took 0.192 to 0.199 ms. `Scripts/test --filter theYardstickIsKnown` prints it here.
    public static let yardstickSeconds = 0.000195

    /// What twice as much may cost where half of it cost `half` seconds: not above `most`, and no more than grows with its length. Below
    /// 0.6 ms nothing is said: so short a time cannot be measured.
    public static func limit(half: Double, most: Double) -> Double { min(most, max(0.0006, 2.6 * half)) }

    /// The yardstick here and now: the least of forty.
    public static var yardstick: Double { (0..<runs.upperBound).map { run in time { measure(run) } }.min()! }

    /// Processor time of `work` in seconds: the least of several runs. The least of as many yardsticks between them tells how much
    /// slower the core is now than one of its own; so much is taken off. `prepare` is not measured. Below `enough` there are no more runs.
    public static func seconds<Input>(
        enough: Double = 0, prepare: () -> Input, work: (Input) -> Void
    ) -> Double {
        var least = Double.infinity, yardstick = Double.infinity
        for run in 0..<runs.upperBound where run < runs.lowerBound || least / slowness(yardstick) >= enough {
            let input = prepare()
            yardstick = min(yardstick, time { measure(run) })
            least = min(least, time { work(input) })
        }
        return least / slowness(yardstick)
    }

    public static func seconds(enough: Double = 0, _ work: () -> Void) -> Double {
        seconds(enough: enough, prepare: {}, work: { _ in work() })
    }

    private static func time(_ work: () -> Void) -> Double {
        let start = ThreadClock.now()
        work()
        return ThreadClock.now() - start
    }

    private static func slowness(_ yardstick: Double) -> Double { max(1, yardstick / yardstickSeconds) }

    /// Others in every run: some processors learn to predict the branches of one list, and sort it three times as fast.
    private static let numbers: [[UInt64]] = {
        var random = Random(seed: 1)
        return (0..<runs.upperBound).map { _ in (0..<4096).map { _ in random.next() } }
    }()

    /// Sorting: branches, compares and moves, as reading text does.
    private static func measure(_ run: Int) {
        let sorted = numbers[run].sorted()
        invariant(sorted[0] <= sorted[4095], "sorting does not sort")
    }
}

// The options that a seed draws for its world, and how they are printed.

internal import Basics
internal import Dialogue

/// The engine's limits and the callers' habits.
struct SimulationOptions: CustomStringConvertible {
    /// The model's clock.
    let clock: SliceClock
    let slots: Int
    let limits: Limits
    /// One tick in this many, a client connects; a full engine refuses it.
    let knocksOneIn: Int
    /// After one piece of work in this many, a caller leaves and another arrives at once.
    let changesOneIn: Int
    /// At one packet in this many, its caller interrupts, or types a text.
    let interruptsOneIn: Int, writesOneIn: Int

    init(_ random: inout Random) {
        func pick<Value>(_ values: [Value]) -> Value { values[random.below(values.count)] }
        slots = pick([1, 2, 6, 9])
        var limits = Limits()
        limits.phases = pick([1, 2, 4])
        limits.jitterMillisecondsMax = pick([80, 160, 320])
        limits.cushionMilliseconds = pick([0, 15, 40])
        limits.patienceMilliseconds = pick([0, 80, 240])
        limits.lateMillisecondsMax = pick([80, 240, 400])
        limits.silencedMillisecondsMax = pick([80, 800, 2000])
        limits.mind = random.below(2) == 0 ? nil : .drawn(&random)
        self.limits = limits
        knocksOneIn = pick([2, 12, 60])
        changesOneIn = pick([7, 40, 400])
        interruptsOneIn = pick([50, 600])
        writesOneIn = pick([100, 1000])
        clock = .drawn(&random)
    }

    var description: String {
        """
        \(clock.drawing) slots \(slots) phases \(limits.phases) jitter \(limits.jitterMillisecondsMax) cushion \(limits.cushionMilliseconds) \
        patience \(limits.patienceMilliseconds) late \(limits.lateMillisecondsMax) silenced \(limits.silencedMillisecondsMax) \
        knocks 1:\(knocksOneIn) changes 1:\(changesOneIn) interrupts 1:\(interruptsOneIn) writes 1:\(writesOneIn) \
        mind \(limits.mind.map { "\($0.patienceMilliseconds) of \($0.timeoutMilliseconds)" } ?? "none")
        """
    }
}

extension MindRules {
    /// Rules drawn from a seed. The phrases are what a fake model can say.
    static func drawn(_ random: inout Random) -> MindRules {
        var rules = MindRules()
        rules.patienceMilliseconds = [200, 1500][random.below(2)]
        rules.timeoutMilliseconds = [1000, 5000][random.below(2)]
        rules.toolTimeoutMilliseconds = [2000, 60_000][random.below(2)]
        (rules.hold, rules.failure) = ("5 6", "7 8 9")
        return rules
    }
}

extension SliceClock {
    /// A model's clock, drawn from a seed.
    static func drawn(_ random: inout Random) -> SliceClock {
        let slices = [20, 40, 80, 100, 200]
        return SliceClock(
            rate: rates[random.below(rates.count)], sliceMilliseconds: slices[random.below(slices.count)])
    }

    /// How it is printed.
    var drawing: String { "rate \(rate) slice \(sliceMilliseconds)" }
}

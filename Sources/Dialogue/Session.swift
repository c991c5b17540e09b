// One conversation's state between slices.

internal import Basics

/// What the engine keeps for a slot. The stages keep their own columns.
struct Session: Sendable {
    let slot: Slot
    let opened: Instant
    var input: SampleRing
    var turn = Turn()
    var playout = Playout()
    /// The phase that serves it; nil until its first slice of input is complete.
    var phase: Int?
    /// Its first slice begins no sooner: a client's packets do not come evenly.
    var ready = Instant.zero
    /// Least input left over after a slice, over the slices since `surplusSlices` began.
    private var leftMin = Int.max
    private var leftSlices: Int

    init(slot: Slot, opened: Instant, limits: Limits) {
        self.slot = slot
        self.opened = opened
        input = SampleRing(capacity: limits.inputMillisecondsMax * SampleTime.rate / 1000)
        // What gathered while it waited for its phase is seen sooner: an answer would be late by it.
        leftSlices = limits.surplusSlices - limits.surplusSlicesFirst
    }

    /// Called after a slice took its input. Cuts a surplus that has stood for a while, in a quiet moment. Returns what it cut.
    mutating func trim(limits: Limits) -> Int {
        leftMin = min(leftMin, input.count)
        leftSlices += 1
        let floor = limits.surplusMillisecondsMin * SampleTime.rate / 1000
        guard leftSlices >= limits.surplusSlices else { return 0 }
        let surplus = leftMin - floor / 2
        guard leftMin > floor else {
            (leftMin, leftSlices) = (Int.max, 0)
            return 0
        }
        guard input.peak(of: surplus) < 0.01 || leftSlices >= 3 * limits.surplusSlices else { return 0 }
        (leftMin, leftSlices) = (Int.max, 0)
        input.drop(surplus)
        return surplus
    }
}

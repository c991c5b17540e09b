// Which slots are taken, and by which generation.

public import Basics

/// Hands out slots: lowest free index first, a new generation each time.
public struct SessionTable: Sendable {
    private var generations: [UInt32]
    private var taken: [Bool]
    public private(set) var count = 0

    public var capacity: Int { taken.count }

    public init(capacity: Int) {
        generations = Array(repeating: 0, count: capacity)
        taken = Array(repeating: false, count: capacity)
    }

    /// Nil when every slot is taken.
    public mutating func allocate() -> Slot? {
        guard let index = taken.firstIndex(of: false) else { return nil }
        taken[index] = true
        generations[index] &+= 1
        count += 1
        return Slot(index: index, generation: generations[index])
    }

    /// Whether `slot` is a session of now, not of an earlier generation.
    public func isCurrent(_ slot: Slot) -> Bool {
        taken.indices.contains(slot.index) && taken[slot.index] && generations[slot.index] == slot.generation
    }

    public mutating func free(_ slot: Slot) {
        invariant(isCurrent(slot), "freed twice: \(slot)")
        taken[slot.index] = false
        count -= 1
    }
}

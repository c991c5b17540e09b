// Which slots are taken, and by which generation.

public import Basics

/// Hands out the lowest free slot, with a new generation each time. A slot that is released while a running step uses its
/// columns rests until that step is over.
public struct SessionTable: Sendable {
    private enum Place { case free, taken, resting }

    private var generations: [UInt32]
    private var places: [Place]
    /// Slots that are not free, resting ones included.
    public private(set) var count = 0
    /// Resting slots.
    public private(set) var restingCount = 0

    public var capacity: Int { places.count }

    public init(capacity: Int) {
        generations = Array(repeating: 0, count: capacity)
        places = Array(repeating: .free, count: capacity)
    }

    /// Nil when no slot is free.
    public mutating func allocate() -> Slot? {
        guard let index = places.firstIndex(of: .free) else { return nil }
        places[index] = .taken
        generations[index] &+= 1
        count += 1
        return Slot(index: index, generation: generations[index])
    }

    /// Whether `slot` belongs to a present session, not to an earlier generation.
    public func isCurrent(_ slot: Slot) -> Bool {
        places.indices.contains(slot.index) && places[slot.index] == .taken
            && generations[slot.index] == slot.generation
    }

    public mutating func free(_ slot: Slot) {
        invariant(isCurrent(slot), "freed twice: \(slot)")
        places[slot.index] = .free
        count -= 1
    }

    /// The session is over; its slot cannot be allocated until `wake`.
    public mutating func rest(_ slot: Slot) {
        invariant(isCurrent(slot), "rests twice: \(slot)")
        places[slot.index] = .resting
        restingCount += 1
    }

    /// Whether `slot` is the latest generation at its index, and rests.
    public func rests(_ slot: Slot) -> Bool {
        places[slot.index] == .resting && generations[slot.index] == slot.generation
    }

    /// The step is over: frees the slot.
    public mutating func wake(_ slot: Slot) {
        invariant(rests(slot), "does not rest: \(slot)")
        places[slot.index] = .free
        restingCount -= 1
        count -= 1
    }
}

// Which slots are taken, and by which generation.

public import Basics

/// Hands out slots: lowest free index first, a new generation each time. A slot that is given back while a step rides on its
/// columns rests until that step is over.
public struct SessionTable: Sendable {
    private enum Place { case free, taken, resting }

    private var generations: [UInt32]
    private var places: [Place]
    /// Slots that are not free.
    public private(set) var count = 0
    /// Those among them that rest.
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

    /// Whether `slot` is a session of now, not of an earlier generation.
    public func isCurrent(_ slot: Slot) -> Bool {
        places.indices.contains(slot.index) && places[slot.index] == .taken
            && generations[slot.index] == slot.generation
    }

    public mutating func free(_ slot: Slot) {
        invariant(isCurrent(slot), "freed twice: \(slot)")
        places[slot.index] = .free
        count -= 1
    }

    /// The session is over; its slot stays out of reach until `wake`.
    public mutating func rest(_ slot: Slot) {
        invariant(isCurrent(slot), "rests twice: \(slot)")
        places[slot.index] = .resting
        restingCount += 1
    }

    /// Whether `slot` is the latest of its place and rests.
    public func rests(_ slot: Slot) -> Bool {
        places[slot.index] == .resting && generations[slot.index] == slot.generation
    }

    /// The step is over: the slot is free.
    public mutating func wake(_ slot: Slot) {
        invariant(rests(slot), "does not rest: \(slot)")
        places[slot.index] = .free
        restingCount -= 1
        count -= 1
    }
}

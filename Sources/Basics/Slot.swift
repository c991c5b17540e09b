// A session's index in the engine.

/// One of a worker's columns. The generation distinguishes a session from earlier ones in the same slot.
public struct Slot: Hashable, Sendable, CustomStringConvertible {
    public let index: Int
    public let generation: UInt32

    public init(index: Int, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    public var description: String { "\(index).\(generation)" }
}

// What the floor says about one session in one slice.

/// Probabilities, 0 to 1.
public struct FloorOutput: Sendable, Equatable {
    /// The user speaks to us.
    public var speech: Float
    /// A turn has been said and is over. Means nothing while our voice speaks.
    public var over: Float
    /// The user wants the floor that our voice has. Means nothing while it is silent.
    public var yield: Float
    /// [6], in the order of `FloorKind`; their sum is 1.
    public var kinds: [Float]

    /// The likeliest kind.
    public var kind: FloorKind {
        FloorKind(rawValue: kinds.indices.max { kinds[$0] < kinds[$1] } ?? 0) ?? .nothing
    }
}

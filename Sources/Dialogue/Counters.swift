// Counters of what the engine did. They only grow.

/// The engine's counters since its start.
public struct Counters: Hashable, Sendable {
    /// Slices served, over all sessions.
    public var slices: UInt64 = 0
    /// Slices finished after their deadline.
    public var deadlineMisses: UInt64 = 0
    /// Slices skipped because the engine was late, over all sessions.
    public var skippedSlices: UInt64 = 0
    /// Input samples dropped because there was no room, or because their slice was skipped.
    public var droppedSamples: UInt64 = 0
    /// Input samples cut from a standing surplus, preferably in quiet.
    public var trimmedSamples: UInt64 = 0
    /// Samples of silence that replaced input that had not arrived.
    public var missingSamples: UInt64 = 0
    /// Events for sessions that no longer exist.
    public var staleEvents: UInt64 = 0

    public init() {}
}

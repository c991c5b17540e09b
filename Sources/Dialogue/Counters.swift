// What happened, in numbers that only grow.

/// The engine's counters since its start.
public struct Counters: Hashable, Sendable {
    /// Slices of sessions that were served.
    public var slices: UInt64 = 0
    /// Slices that were finished after their deadline.
    public var deadlineMisses: UInt64 = 0
    /// Slices of sessions that were skipped because the engine was too late.
    public var skippedSlices: UInt64 = 0
    /// Input samples dropped because they came faster than real time.
    public var droppedSamples: UInt64 = 0
    /// Input samples cut from a standing surplus, in quiet.
    public var trimmedSamples: UInt64 = 0
    /// Samples of silence put in place of input that had not come.
    public var missingSamples: UInt64 = 0
    /// Events for sessions that were gone.
    public var staleEvents: UInt64 = 0

    public init() {}
}

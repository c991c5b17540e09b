// What the engine holds at most. Every limit has its unit in its name.

/// The engine's limits. Audio over a limit is dropped and counted, never stored up.
public struct Limits: Hashable, Sendable {
    /// Shares of a slice in which groups of sessions are served. The default is 4.
    public var phases = 4
    /// Input that may wait for its slice. The default is 320 ms: a slice, a slice on its way, and 160 ms of jitter.
    public var inputMillisecondsMax = 320
    /// A session joins the first phase that comes at least this long after its first slice is complete. The default is 15 ms.
    public var cushionMilliseconds: Int64 = 15
    /// A session that sends no audio starts anyway after this. The default is 160 ms.
    public var patienceMilliseconds: Int64 = 160
    /// Slices over which a standing surplus of input is measured before it is cut. The default is 25 (2 s).
    public var surplusSlices = 25
    /// A surplus below this stays: it absorbs jitter. The default is 30 ms.
    public var surplusMillisecondsMin = 30
    /// Slices that a client's interrupt keeps the assistant silent unless the user makes a new request. The default is 25 (2 s).
    public var silencedSlicesMax = 25
    /// A phase that is this late skips to the present. The default is 3 slices.
    public var lateSlicesMax: Int64 = 3
    /// Share of a phase's time that its p99 cost may take before it is full. The default is 0.7.
    public var budget = 0.7
    /// What a step costs whatever its rows, in rows: the weights are read once for all of them. Measured at start by
    /// `duet serve`; the default is 3.
    public var fixedCostRows = 3.0

    public init() {}
}

// What the engine holds at most. Every limit has its unit in its name.

/// The engine's limits. Audio over a limit is dropped and counted, never stored up.
public struct Limits: Hashable, Sendable {
    /// Parts of a slice in which groups of sessions are served. The default is 2: one batch is the cheapest, but a full worker's
    /// would leave little time for what comes between. With more, each answer waits for the rows of its own group alone.
    public var phases = 2
    /// Input that may wait beside a slice that is due and one on its way. The default is 160 ms.
    public var jitterMillisecondsMax = 160
    /// A session joins the first phase that comes at least this long after its first slice is complete. The default is 15 ms.
    public var cushionMilliseconds: Int64 = 15
    /// A session that sends no audio starts anyway when its first slice would have been over for so long. The default is 80 ms.
    public var patienceMilliseconds: Int64 = 80
    /// Time over which a standing surplus of input is measured before it is cut. The default is 2 s.
    public var surplusMilliseconds = 2000
    /// The same for what a session begins with. The default is 400 ms.
    public var surplusMillisecondsFirst = 400
    /// A surplus below this stays: it absorbs jitter. The default is 30 ms.
    public var surplusMillisecondsMin = 30
    /// So long a client's interrupt keeps the assistant silent unless the user makes a new request. The default is 2 s.
    public var silencedMillisecondsMax = 2000
    /// A phase that is this late, in whole slices, skips to the present. The default is 240 ms.
    public var lateMillisecondsMax = 240
    /// Share of a worker's time, and of each phase's part of it, that p99 costs may take before it is full. The default is 0.7.
    public var budget = 0.7
    /// What a step costs before any was measured, its sessions' coding included. `duet serve` measures it at start; the default
    /// is 0.75 ms and 0.25 ms a row.
    public var stepCost = StepCost(fixed: 750_000, row: 250_000)

    public init() {}
}

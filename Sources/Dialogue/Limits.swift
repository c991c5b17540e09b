// The engine's limits, each with its unit in its name.

/// Audio over a limit is dropped and counted, never stored.
public struct Limits: Hashable, Sendable {
    /// Number of phases: parts of a slice, each with its own batch of sessions. The default is 2: one batch is cheapest, but
    /// leaves a full worker little time for anything else. With more, an answer waits only for the rows of its own phase.
    public var phases = 2
    /// Input that may be queued beyond one slice that is due and one that is arriving. The default is 160 ms.
    public var jitterMillisecondsMax = 160
    /// A session joins the first phase that starts at least this long after its first slice is complete. The default is 15 ms.
    public var cushionMilliseconds: Int64 = 15
    /// A session without audio starts this long after its first slice would have been complete. The default is 80 ms.
    public var patienceMilliseconds: Int64 = 80
    /// How long a surplus of input must stand before it is cut. The default is 2 s.
    public var surplusMilliseconds = 2000
    /// The same for the surplus that a session begins with. The default is 400 ms.
    public var surplusMillisecondsFirst = 400
    /// A surplus below this is kept, to absorb jitter. The default is 30 ms.
    public var surplusMillisecondsMin = 30
    /// How long an interrupt keeps the assistant silent if the user makes no new request. The default is 2 s.
    public var silencedMillisecondsMax = 2000
    /// A phase that is this late, in whole slices, skips to the present. The default is 240 ms.
    public var lateMillisecondsMax = 240
    /// Share of a worker's time, and of each phase's part of it, that p99 costs may take before it is full. The default is 0.7.
    public var budget = 0.7
    /// Cost of a step before any was measured, including its sessions' coding. `duet serve` measures it at start; the default
    /// is 0.75 ms and 0.25 ms a row.
    public var stepCost = StepCost(fixed: 750_000, row: 250_000)
    /// Rules for sessions with a mind. The default is nil: the model answers everything itself.
    public var mind: MindRules?
    /// What the assistant says, in turn, while the user tells something long, where the model recognises turns. The default is
    /// nothing.
    public var backChannels: [String] = []

    public init() {}
}

// How sessions use their mind.

/// Rules for sessions that have a mind.
public struct MindRules: Hashable, Sendable {
    /// How long the user waits for the first words of an answer before the assistant says `hold`. The default is 1.5 s.
    public var patienceMilliseconds = 1500
    /// How long an answer may make no progress before the assistant says `failure`. The default is 15 s.
    public var timeoutMilliseconds = 15_000
    /// How long a tool may run before the assistant says `hold`. The default is 700 ms.
    public var toolPatienceMilliseconds = 700
    /// How long a tool may run before its result is taken to be missing. The default is 60 s.
    public var toolTimeoutMilliseconds = 60_000
    /// At a pause, the logarithm of the probability that the turn is over from which on an answer begins provisionally. The
    /// default is -10.
    public var provisionalMin: Float = -10
    /// How long after the last word a turn is over although the model has not ended it: where the mind finds the end so likely that
    /// its answer has begun, and where not. While there is sound, twice as long. The defaults are 0.7 s and 1.6 s.
    public var likelyPauseMilliseconds = 700, pauseMilliseconds = 1600
    /// What the assistant says while the user waits; empty for nothing.
    public var hold = "one moment"
    /// What it says when there will be no answer; empty for nothing.
    public var failure = "sorry i can not answer that now"

    public init() {}
}

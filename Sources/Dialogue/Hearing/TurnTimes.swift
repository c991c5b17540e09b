// Where the time goes between the end of the user's speech and the first sound of the answer.

/// Slices since the last slice with speech, for each step of one turn.
public struct TurnTimes: Hashable, Sendable {
    /// The floor found the turn to be over.
    public var decided: Int
    /// All of the turn's words were there.
    public var recognised: Int
    /// Both: the mind was told that the turn is over.
    public var over: Int
    /// The voice had something to say.
    public var answered: Int
    /// It was heard.
    public var heard: Int

    public init(decided: Int = 0, recognised: Int = 0, over: Int = 0, answered: Int = 0, heard: Int = 0) {
        (self.decided, self.recognised, self.over) = (decided, recognised, over)
        (self.answered, self.heard) = (answered, heard)
    }
}

/// Follows the turn that is to be answered.
struct TurnTimer: Hashable, Sendable {
    private var times: TurnTimes?
    private var isAnswered = false
    private var slices = 0

    /// A turn is over.
    mutating func begin(_ times: TurnTimes) { (self.times, isAnswered, slices) = (times, false, times.over) }

    /// A slice is over.
    mutating func advance() { slices += 1 }

    /// The voice has been given a clause.
    mutating func answer() {
        guard times != nil, !isAnswered else { return }
        (times!.answered, isAnswered) = (slices, true)
    }

    /// The assistant begins to be heard. Returns the turn's times, once.
    mutating func hear() -> TurnTimes? {
        guard var done = times, isAnswered else { return nil }
        done.heard = slices
        times = nil
        return done
    }
}

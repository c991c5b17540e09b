// What came of one turn.

/// One judged turn. Times in seconds, as a listener hears them.
public struct Row: Codable, Sendable {
    public var id: String
    public var suite: Suite
    public var group: String
    public var condition: String?
    public var role: SceneTurn.Role
    public var kind: String?
    public var slot: Bool
    /// What the caller said.
    public var user: String
    public var expected: [String]?
    /// What the assistant understood.
    public var transcript: String
    /// The answers' texts.
    public var said: String
    /// Nil when the text is not judged.
    public var right: Bool?
    /// Whether anything was heard after the turn, or during it.
    public var replied: Bool
    /// Full-Duplex-Bench v1's rule (`FullDuplexBench.tookOver`).
    public var tookOver: Bool
    /// Audible between 150 ms after the turn's start and 40 ms before its end.
    public var early: Bool
    /// From the turn's end to the answer's first audible 10 ms; negative before it. Nil without an answer.
    public var latency: Double?
    /// Whether the assistant was talking when the turn began.
    public var wasTalking: Bool
    /// From the turn's start to the end of the last audible 10 ms before the first 300 ms of silence.
    public var stopSeconds: Double?
    /// The length of the turn: a stop within it and 640 ms more counts as one.
    public var turnSeconds: Double
    /// Audible in the hesitation; nil without one.
    public var pauseTakeOver: Bool?
    /// Audible between the hesitation's start and the end of the turn.
    public var tookOverBeforeEnd: Bool?
    /// The answer that a back-channel fell into went on: no silence over 300 ms because of it, and no new answer.
    public var talkedOn: Bool?
    /// The answer broke off without anybody speaking.
    public var selfInterruptions: Int
    /// Answers that began between this turn and the next, and those of them that broke off though nobody had spoken for 640 ms.
    public var answers: Int
    public var brokeOff: Int
    /// Times that the assistant began to speak without a turn to answer.
    public var falseStarts: Int
    /// From the turn's end, or its start if it is a wait or a sound, to the next turn.
    public var observedSeconds: Double
}

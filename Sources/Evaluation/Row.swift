// The judgement of one turn.

/// One judged turn. Times are seconds as a listener hears them.
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
    /// The assistant's transcript of the turn.
    public var transcript: String
    /// The texts of the answers.
    public var said: String
    /// Nil if the text is not judged.
    public var right: Bool?
    /// Whether any speech was audible during or after the turn.
    public var replied: Bool
    /// By the rule of Full-Duplex-Bench v1 (`FullDuplexBench.tookOver`).
    public var tookOver: Bool
    /// Audible between 150 ms after the turn's start and 40 ms before its end.
    public var early: Bool
    /// From the turn's end to the answer's first audible 10 ms; negative before it. Nil without an answer.
    public var latency: Double?
    /// Whether the assistant was talking when the turn began.
    public var wasTalking: Bool
    /// From the turn's start to the end of the last audible 10 ms before the first 300 ms of silence.
    public var stopSeconds: Double?
    /// The turn's length. A stop counts if it comes at most 640 ms after the turn.
    public var turnSeconds: Double
    /// Whether the assistant was audible in the hesitation; nil without one.
    public var pauseTakeOver: Bool?
    /// Whether it was audible between the hesitation's start and the turn's end.
    public var tookOverBeforeEnd: Bool?
    /// The answer went on after a back-channel, tic or side talk: no silence over 300 ms because of it, and no new answer.
    public var talkedOn: Bool?
    /// Answers that stopped early before the next turn began.
    public var selfInterruptions: Int
    /// Answers that began between this turn and the next, and those of them that broke off more than 640 ms after the user's voice.
    public var answers: Int
    public var brokeOff: Int
    /// Times that the assistant began to speak without a turn to answer.
    public var falseStarts: Int
    /// From the turn's end (its start, for a wait or a sound) to the next turn.
    public var observedSeconds: Double
    /// τ-voice's event, in 10-ms steps and in steps of 200 ms as theirs. Nil for noise, music and waits.
    public var interaction: Interaction?
    public var interactionCoarse: Interaction?
    /// eot-bench's spans, by what is heard, and by the first sign of any kind: a finished transcript, an answer's text, or sound.
    public var silences: [TurnSilence]?
    public var silencesDecided: [TurnSilence]?
    /// Index of the scene's turn.
    public var turn: Int { Int(id.split(separator: "/").last ?? "") ?? 0 }
    /// What a recogniser with full context hears in the same sound, if one was asked.
    public var reference: String?
}

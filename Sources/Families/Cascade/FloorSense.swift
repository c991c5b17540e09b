// From what the floor's network and the mind find to what the engine is told. Pure: values in, values out.

internal import Dialogue
internal import Floor

/// One session's sense of who has the floor. The thresholds were chosen on development speakers (Models/duet-1/FLOOR.md).
struct FloorSense {
    /// A mind that finds the end this unlikely would not answer yet: the turn ends after 960 ms at the earliest, and after 400 ms where it is not known
    /// what the mind finds.
    static let likelihoodMin: Float = -5
    static let unlikelySlices = 12, unknownSlices = 5
    /// Where the user speaks on just when our voice begins, they have the floor after three slices of speech, within 400 ms.
    static let collisionSlices = 3, collisionSlicesMax = 5
    /// Probabilities of speech at which it begins and ends.
    static let speechMin: Float = 0.9, silenceMax: Float = 0.3
    /// The probability of an interruption from which on it is one, in conversations: the rule's own is that of scripted dialogues.
    static let yieldMin: Float = 0.85
    /// Whoever probably interrupts for 640 ms does.
    static let longYieldMin: Float = 0.5, longYieldSlices = 8
    /// Who spoke to us within the last 2 s probably goes on.
    static let againSlices = 25, againMin: Float = 0.5

    private var count = FloorRule.Count()
    private var isSpeech = false
    /// Slices since the last with speech, and slices of speech in a row.
    private var stillSlices = Int.max / 2, speechSlices = 0
    /// Slices of our voice in a row in which the user probably interrupts it.
    private var yieldSlices = 0

    /// A slice. `likelihood` is the mind's log P(the turn is over), NaN where it is not known.
    mutating func sense(_ output: FloorOutput, likelihood: Float, isSpeaking: Bool, _ rule: FloorRule) -> FloorSignal {
        let action = rule.decide(output, isSpeaking: isSpeaking, &count)
        isSpeech = output.speech >= speechLimit
        stillSlices = isSpeech ? 0 : stillSlices + 1
        speechSlices = isSpeech ? speechSlices + 1 : 0
        yieldSlices = isSpeaking && output.yield >= Self.longYieldMin ? yieldSlices + 1 : 0
        return FloorSignal(
            isSpeech: isSpeech, isOver: action == .take && agrees(likelihood), soundsOver: action == .take,
            wantsFloor: action == .yield && output.yield >= Self.yieldMin || yieldSlices >= Self.longYieldSlices
                || isCollision)
    }

    /// From which probability on a slice has speech.
    private var speechLimit: Float {
        isSpeech ? Self.silenceMax : stillSlices <= Self.againSlices ? Self.againMin : Self.speechMin
    }

    /// Speech that began before our voice could be heard is no echo of it.
    private var isCollision: Bool {
        (1...Self.collisionSlicesMax).contains(count.speaking)
            && speechSlices >= max(Self.collisionSlices, count.speaking)
    }

    /// Whether the mind would answer now.
    private func agrees(_ likelihood: Float) -> Bool {
        if likelihood.isNaN { return stillSlices >= Self.unknownSlices }
        return likelihood >= Self.likelihoodMin || stillSlices >= Self.unlikelySlices
    }
}

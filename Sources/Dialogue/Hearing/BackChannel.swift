// Says "mm-hm" while the user tells something long: a back-channel, which takes no floor. Pure: values in, values out.

/// One session's back-channels. Each is spoken beside the user's turn, which goes on as if nothing had been said.
struct BackChannel: Hashable, Sendable {
    private let limits: SliceLimits.BackChannel
    private let idle: Int32
    /// What is said, in turn, and the index of what is next.
    private let phrases: [Utterance]
    private var next = 0
    /// Slices of speech since the turn began, and since the last back-channel in it.
    private var speechSlices = 0
    private var isDue = false
    /// Whether one is being said.
    private(set) var isSpeaking = false

    init(_ phrases: [Utterance], limits: SliceLimits.BackChannel, idle: Int32) {
        (self.phrases, self.limits, self.idle) = (phrases, limits, idle)
    }

    /// A slice was heard. `pause`: slices without speech in the user's turn; nil where there is no turn, or the assistant has the
    /// floor. `likelihood`: the mind's log P(the turn is over), NaN where it is not known. Returns a phrase that is probably said
    /// soon, once.
    mutating func advance(pause: Int?, mayBeOver: Bool, likelihood: Float) -> Utterance? {
        guard let pause else {
            (speechSlices, isDue) = (0, false)
            return nil
        }
        speechSlices += pause == 0 ? 1 : 0
        isDue =
            speechSlices >= limits.speechSlices && limits.pauseSlices.contains(pause) && !mayBeOver
            && isUnlikely(likelihood, pause)
        return pause == 0 && speechSlices == limits.speechSlices ? phrases[next] : nil
    }

    /// Whether the mind would not answer. One that may yet say so is waited for.
    private func isUnlikely(_ likelihood: Float, _ pause: Int) -> Bool {
        likelihood.isNaN ? pause == limits.pauseSlices.upperBound : likelihood < limits.likelihoodMax
    }

    /// What the next slice must use where it is free; nil for nothing. Any line of the assistant's ends the back-channel.
    mutating func take(isFree: Bool) -> Prompt? {
        guard isFree, isSpeaking || isDue else {
            isSpeaking = false
            return nil
        }
        guard !isSpeaking else { return Prompt(say: idle) }
        defer { next = (next + 1) % phrases.count }
        (isSpeaking, isDue, speechSlices) = (true, false, 0)
        // No word of an answer begins with it.
        return Prompt(say: idle, utterance: phrases[next])
    }

    /// A slice is over, with or without sound of the voice.
    mutating func said(_ speaks: Bool) { isSpeaking = isSpeaking && speaks }
}

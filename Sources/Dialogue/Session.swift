// One conversation's state between slices.

internal import Basics

/// What the engine keeps for a slot. The stages keep their own columns.
struct Session: Sendable {
    let slot: Slot
    let opened: Instant
    private let limits: SliceLimits
    var input: SampleRing
    var turn = Turn()
    var playout = Playout()
    var script: Script
    /// Whether the assistant may begin to speak only when the client says so, and whether it has said so.
    var isHeld = false
    private var isAllowed = false
    /// Slices since it was allowed in which nothing was said.
    private var unused = 0, wasSpeaking = false
    private var servedSlices = 0
    /// Samples since the last sound.
    private var still: Int
    /// The phase that serves it; nil until its first slice of input is complete.
    var phase: Int?
    /// Its first slice begins no sooner: a client's packets do not come evenly.
    var ready = Instant.zero
    /// Least input left over after a slice, over the slices since `surplusSlices` began.
    private var backlogMin = Int.max
    private var measuredSlices: Int

    init(slot: Slot, opened: Instant, limits: SliceLimits, tokens: SlicePlan.Tokens) {
        script = Script(tokens: tokens, quietSlicesMax: limits.quietSlicesMax)
        (self.slot, self.opened, self.limits) = (slot, opened, limits)
        still = limits.stillSamplesMax
        input = SampleRing(capacity: limits.inputSamplesMax)
        // What gathered while it waited for its phase is seen sooner: an answer would be late by it.
        measuredSlices = limits.surplusSlices - limits.surplusSlicesFirst
    }

    // MARK: What the client writes

    mutating func tell(_ words: [SpokenWord]) {
        script.tell(words, pause: max(turn.settling(limits.settlingSlices), limits.startingSlices - servedSlices))
        (isAllowed, unused) = (true, 0)
    }

    mutating func say(_ words: [SpokenWord]) {
        script.say(words)
        (isAllowed, unused) = (true, 0)
        turn.speakUp()
    }

    mutating func interrupt() {
        script.interrupt()
        isAllowed = false
    }

    var prompt: Prompt { script.next(turn) }
    var isSilenced: Bool { turn.silenced || isWaiting }
    /// Whether the assistant is held and has not been asked.
    var isWaiting: Bool { isHeld && !isAllowed }

    /// The slice is over, and so is what was allowed when its answer is.
    mutating func served(_ prompt: Prompt, _ decision: Decision) {
        servedSlices += 1
        script.advance(prompt, decision)
        guard isAllowed else { return }
        unused = turn.speaks || turn.unfinished || prompt != Prompt() ? 0 : unused + 1
        let hasAnswered = unused > 0 && wasSpeaking
        wasSpeaking = turn.speaks || turn.unfinished
        if hasAnswered || unused > limits.allowedSlices { (isAllowed, unused) = (false, 0) }
    }

    // MARK: What comes in

    /// Samples above this are sound: 50 dB below the largest.
    private static let soundMin: Float = 0.003

    /// A slice's input.
    mutating func listen(_ samples: ArraySlice<Float>) {
        still = samples.contains { abs($0) > Self.soundMin } ? 0 : min(still + samples.count, limits.stillSamplesMax)
    }

    /// Whether a word that the model writes for the user's can be: it was told to, or something sounded. In long silence a model
    /// may dream.
    func mayTranscribe(_ prompt: Prompt) -> Bool { prompt.think != nil || still < limits.stillSamplesMax }

    /// Called after a slice took its input. Cuts a surplus that has stood for a while, in a quiet moment. Returns what it cut.
    mutating func trim() -> Int {
        backlogMin = min(backlogMin, input.count)
        measuredSlices += 1
        let floor = limits.surplusSamplesMin
        guard measuredSlices >= limits.surplusSlices else { return 0 }
        let surplus = backlogMin - floor / 2
        guard backlogMin > floor else {
            (backlogMin, measuredSlices) = (Int.max, 0)
            return 0
        }
        guard input.peak(of: surplus) < 0.01 || measuredSlices >= 3 * limits.surplusSlices else { return 0 }
        (backlogMin, measuredSlices) = (Int.max, 0)
        input.drop(surplus)
        return surplus
    }
}

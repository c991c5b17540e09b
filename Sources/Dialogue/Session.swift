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
    /// Whether the assistant may speak only when the client allows it, and whether the client has.
    var speaksOnlyWhenAsked = false
    private var isAllowed = false
    /// Consecutive slices since permission in which nothing was said, and whether the last slice spoke.
    private var unused = 0, wasSpeaking = false
    private var servedSlices = 0
    /// Slices since an answer was complete; 0 while one is not, nil before the first.
    private var restedSlices: Int?
    /// Samples since the last sound, up to `stillSamplesMax`.
    private var still: Int
    /// The phase that serves it; nil until its first slice of input is complete or its patience is over.
    var phase: Int?
    /// Its first slice starts no sooner than this: a client's packets do not arrive evenly.
    var ready = Instant.zero
    /// Smallest backlog left after a slice, in samples, over the slices of this measurement.
    private var backlogMin = Int.max
    private var measuredSlices: Int

    init(slot: Slot, opened: Instant, limits: SliceLimits, tokens: SlicePlan.Tokens) {
        script = Script(tokens: tokens, quietSlicesMax: limits.quietSlicesMax)
        (self.slot, self.opened, self.limits) = (slot, opened, limits)
        still = limits.stillSamplesMax
        input = SampleRing(capacity: limits.inputSamplesMax)
        // The first measurement is shorter: input that gathered before the first phase would delay every answer.
        measuredSlices = limits.surplusSlices - limits.surplusSlicesFirst
    }

    // MARK: Texts from the client

    mutating func tell(_ words: [SpokenWord]) {
        // After a stop, and after an answer, a model is not ready for another text at once. The bare end of a turn waits for nothing.
        let afterAnswer = restedSlices.map { $0 == 0 ? 0 : limits.answeredSlices - $0 } ?? 0
        let untilReady = words.isEmpty ? 0 : max(limits.startingSlices - servedSlices, afterAnswer)
        script.pause(max(turn.settling(limits.settlingSlices), untilReady))
        script.tell(words)
        (isAllowed, unused) = (true, 0)
    }

    mutating func say(_ words: [SpokenWord]) {
        script.pause(limits.startingSlices - servedSlices)
        script.say(words)
        (isAllowed, unused) = (true, 0)
        turn.speakUp()
    }

    mutating func interrupt() {
        script.interrupt()
        isAllowed = false
    }

    var prompt: Prompt { script.next(turn) }
    /// Whether an interrupt came while the slice was being computed: its speech is unplayed and is flushed.
    var flushesSlice: Bool { turn.silenced && turn.isFresh && !script.speaks }
    var isSilenced: Bool { turn.silenced || awaitsPermission }
    /// Whether the assistant is held and has no permission to speak.
    var awaitsPermission: Bool { speaksOnlyWhenAsked && !isAllowed }

    /// Called when a slice is over. Permission ends with the answer that used it, or when none begins in time.
    mutating func served(_ prompt: Prompt, _ decision: Decision) {
        servedSlices += 1
        restedSlices = turn.unfinished ? 0 : turn.speaks ? 1 : restedSlices.map { $0 + 1 }
        script.advance(prompt, decision)
        guard isAllowed else { return }
        unused = turn.speaks || turn.unfinished || prompt != Prompt() ? 0 : unused + 1
        let hasAnswered = unused > 0 && wasSpeaking
        wasSpeaking = turn.speaks || turn.unfinished
        if hasAnswered || unused > limits.allowedSlices { (isAllowed, unused) = (false, 0) }
    }

    // MARK: Input

    /// Samples above this are sound: 50 dB below full scale.
    private static let soundMin: Float = 0.003

    /// Called with each slice of microphone audio.
    mutating func listen(_ samples: ArraySlice<Float>) {
        still = samples.contains { abs($0) > Self.soundMin } ? 0 : min(still + samples.count, limits.stillSamplesMax)
    }

    /// Whether a word that the model transcribes can be the user's: it was prompted, or there was sound. In long silence a
    /// model may hallucinate words.
    func mayTranscribe(_ prompt: Prompt) -> Bool { prompt.think != nil || still < limits.stillSamplesMax }

    /// Called after a slice took its input. Cuts a standing surplus, preferably in quiet. Returns how many samples it cut.
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

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
    /// Whether a line was dropped while the slice was being computed.
    var hasDropped = false
    /// Nil if the model answers everything itself.
    var mind: MindTurn?
    /// Nil if the model transcribes the user itself.
    var hearing: Hearing?
    var timer = TurnTimer()
    /// Nil where there are none.
    var backChannel: BackChannel?
    /// What the user said in the turn in progress, and what the assistant is saying that its mind did not write.
    private(set) var request = "", statement = ""
    /// Whether the turn in progress has words.
    private var hasRequest = false
    /// Whether the model is to answer such a request itself, and whether it does so now.
    private var mayAnswer = false, answers = false
    /// Whether the client asked for an answer, whatever the user has said.
    private var isAsked = false
    /// Whether the assistant may speak only when the client allows it, and whether the client has.
    var speaksOnlyWhenAsked = false
    private var isAllowed = false
    /// Consecutive slices since permission in which nothing was said, and whether the last slice spoke.
    private var unused = 0, wasSpeaking = false
    /// Whether the user's turn was ended for the client's line that comes next.
    private var hasEndedTurn = false
    /// What the user typed while the words of their spoken turn are not there yet.
    private var typed: [String] = []
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

    init(
        slot: Slot, opened: Instant, limits: SliceLimits, tokens: SlicePlan.Tokens, recognisesTurns: Bool = false,
        backChannels: [Utterance] = []
    ) {
        script = Script(tokens: tokens, quietSlicesMax: limits.quietSlicesMax)
        (self.slot, self.opened, self.limits) = (slot, opened, limits)
        still = limits.stillSamplesMax
        mind = limits.mind.map { MindTurn(limits: $0) }
        hearing = recognisesTurns ? Hearing(limits: limits.hearing) : nil
        if recognisesTurns, !backChannels.isEmpty {
            backChannel = BackChannel(backChannels, limits: limits.backChannel, idle: tokens.idle)
        }
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
        (isAllowed, unused, isAsked) = (true, 0, words.isEmpty)
    }

    mutating func say(_ words: [SpokenWord]) {
        script.pause(limits.startingSlices - servedSlices)
        script.say(words)
        (isAllowed, unused) = (true, 0)
        turn.speakUp()
    }

    mutating func interrupt() {
        script.interrupt()
        (isAllowed, isAsked, hasEndedTurn, typed) = (false, false, false, [])
    }

    /// Keeps a typed text until the spoken turn before it has its words; if too many wait, it is dropped.
    mutating func keepTyped(_ text: String) { if typed.count < Self.typedMax { typed.append(text) } }

    mutating func takeTyped() -> [String] {
        defer { typed = [] }
        return typed
    }

    /// What the mind finds of the turn in progress: log P(it is over). NaN if it has found nothing, or nobody's turn is in progress.
    var likelihood: Float { hearing?.isOpen == false ? .nan : mind?.likelihood ?? .nan }
    /// Whether the assistant is speaking, or pauses in what it says.
    var hasFloor: Bool { turn.speaks || turn.unfinished }
    /// Whether an answer is due of which the user has heard nothing.
    var awaitsVoice: Bool { mind?.isUnheard == true && !turn.speaks && !turn.unfinished && !script.speaks }

    /// The user takes the floor: nothing that was to be said is.
    mutating func yield() {
        hasDropped = hasDropped || turn.speaks
        hasEndedTurn = false
        script.interrupt()
    }

    /// Whether the spoken turn in progress must end, because a line of the client's is next. True once a line.
    mutating func makesWay() -> Bool {
        guard hearing?.isOpen == true, !hasEndedTurn, beginsLineOfClient else { return false }
        hasEndedTurn = true
        return true
    }

    /// The client typed a request for the mind: the assistant may answer it.
    mutating func allowAnswer() {
        (isAllowed, unused) = (true, 0)
        turn.speakUp()
    }

    /// A line of the client's waits until the words of the turn that it ended are there.
    var prompt: Prompt { hearing?.isFinishing == true && beginsLineOfClient ? Prompt() : script.next(turn) }
    /// The same, or a back-channel if it is nothing.
    mutating func takePrompt() -> Prompt {
        let prompt = prompt
        return backChannel?.take(isFree: prompt == Prompt()) ?? prompt
    }
    private var beginsLineOfClient: Bool {
        let next = script.next(turn)
        return next.say != nil && next.think != nil && script.lineSource == .client
    }
    /// Whether an interrupt came while the slice was being computed: its speech is unplayed and is flushed.
    var flushesSlice: Bool { hasDropped || turn.silenced && turn.isFresh && !script.speaks }
    /// Whether this slice has the first word of a text that the assistant says for its mind, or while that is silent.
    var beginsLineOfMind: Bool { script.beginsLineOfMind }
    /// Whether the line that begins ends no turn: the user's is over already.
    var beginsAfterTurn: Bool { beginsLineOfMind || hasEndedTurn }
    func isSilenced(_ prompt: Prompt) -> Bool { turn.silenced || awaitsPermission || isReserved(prompt) }
    /// Whether the end of the user's turn lifts the silence.
    var answersAtEnd: Bool { !awaitsPermission && (mind == nil || mayAnswer) }
    /// Where the mind answers, the model speaks by itself only to answer what it is to answer.
    private func isReserved(_ prompt: Prompt) -> Bool {
        mind != nil && !answers && (prompt.say == nil || script.isStarved)
    }
    /// Whether the assistant is held and has no permission to speak.
    var awaitsPermission: Bool { speaksOnlyWhenAsked && !isAllowed }

    /// Called when a slice is over. Permission ends with the answer that used it, or when none begins in time. Returns a spoken line
    /// that is over.
    mutating func served(_ prompt: Prompt, _ decision: Decision) -> SpokenLine.Ended? {
        defer { rest(prompt) }
        return script.advance(prompt, decision)
    }

    private mutating func rest(_ prompt: Prompt) {
        servedSlices += 1
        if prompt.say != nil { hasEndedTurn = false }
        restedSlices = turn.unfinished ? 0 : turn.speaks ? 1 : restedSlices.map { $0 + 1 }
        guard isAllowed else { return }
        unused = turn.speaks || turn.unfinished || prompt != Prompt() || mind?.isBusy == true ? 0 : unused + 1
        let hasAnswered = unused > 0 && wasSpeaking
        wasSpeaking = turn.speaks || turn.unfinished
        if hasAnswered || unused > limits.allowedSlices { (isAllowed, unused) = (false, 0) }
    }

    // MARK: What is said

    /// Bytes of a turn that are kept.
    private static let turnBytesMax = 4096
    /// Typed texts that may wait.
    private static let typedMax = 16

    /// The user said this; `isOwn` if the model is to answer the request so far itself.
    mutating func heard(_ piece: String, isOwn: (String) -> Bool) {
        guard mind != nil else { return }
        hasRequest = true
        if request.utf8.count < Self.turnBytesMax { request += piece }
        mayAnswer = isOwn(request)
        mind!.hear(piece, over: turn.speaks || turn.unfinished)
    }

    /// Whether there is a turn for the model to end: one that is for a mind has words, or the client ends it.
    func hasTurn(_ prompt: Prompt) -> Bool { mind == nil || hasRequest || prompt.think != nil }
    /// Whether the turn must be over, although the model has not ended it.
    var isOverdue: Bool {
        guard let mind, hearing == nil, !awaitsPermission, !turn.speaks, !turn.unfinished else { return false }
        return mind.isOverdue(isQuiet: still >= limits.quietSamplesMin)
    }

    /// The user's turn is over: the model answers, or the mind, which answers everything that was `overdue`.
    mutating func userEnded(overdue: Bool = false) {
        guard mind != nil else { return }
        hasRequest = false
        answers = mayAnswer && !awaitsPermission && !overdue
        guard !awaitsPermission else { return }
        if answers { mind!.modelAnswers() } else { mind!.userEnded(isAsked: isAsked) }
        (request, mayAnswer, isAsked) = ("", false, false)
    }

    /// The assistant says this. What the mind wrote, and phrases that are no part of the conversation, need not be kept for it.
    mutating func says(_ piece: String, _ prompt: Prompt) {
        guard mind != nil, prompt.say == nil || script.lineSource == .client else { return }
        if statement.utf8.count < Self.turnBytesMax { statement += piece }
    }

    /// The assistant has finished, or was interrupted.
    mutating func fellSilent() {
        guard mind != nil else { return }
        answers = false
        mind!.said(statement.trimmingSpace)
        statement = ""
    }

    // MARK: Input

    /// The user was heard for a slice. Returns what the voice probably says soon.
    mutating func followTurn(_ signal: FloorSignal) -> Utterance? {
        guard backChannel != nil, let hearing else { return nil }
        return backChannel!.advance(
            pause: hearing.isOpen && !hasFloor ? hearing.stillSlices : nil,
            mayBeOver: hearing.isEnding || signal.soundsOver, likelihood: likelihood)
    }

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

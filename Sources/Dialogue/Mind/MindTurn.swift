// One session's side of its mind: what was asked, what has come back, and how much of it the voice has been given. Pure.
//
//  words heard ─▶ hear … probe ─▶ likely over? ─▶ provisional answer ─▶ turn over: commit ─▶ clauses to the voice ─▶ spoken
//                                                        └─▶ user goes on: rollback           └─▶ interrupted: cut

internal import Basics

/// The state of a session's exchange with its mind.
struct MindTurn: Hashable, Sendable {
    /// What the latest answer is doing.
    private enum Phase: Hashable, Sendable {
        /// There is none.
        case none
        /// It is being made while the user may yet go on.
        case provisional
        /// It is being made, or said.
        case answering
        /// It waits for tools.
        case calling
    }

    /// Bytes of an answer that may wait for the voice, and of words heard while the assistant speaks. What is longer is dropped.
    static let textBytesMax = 16 << 10
    private static let interruptingWords = 3
    /// Tools that may run at the same time.
    private static let callsMax = 16

    private let limits: SliceLimits.Mind
    private var phase = Phase.none
    /// The latest answer's number.
    private(set) var answer = 0
    /// Whether the user's turn in progress has words.
    private(set) var hasWords = false
    /// The words of the turn in progress, where they come as a whole.
    private var heard = ""
    /// Whether the mind was asked about the pause after them.
    private var isProbed = false
    /// Slices without a word since the last one of the turn in progress, and of a pause at which the mind is asked whether it is the end.
    private var pausedSlices = 0
    private static let probedSlices = 2
    private var probe = 0
    /// The logarithm of the probability that the user's turn is over after its last word; nil if the mind has not said.
    private(set) var likelihood: Float?
    /// Text of the answer that the voice has not been given, and whether it has been given any.
    private var text = "", hasSaid = false
    /// Whether its first clause was told before the answer stood.
    private var hasPrepared = false
    private var end: MindEnd?
    /// What the user said while the assistant spoke.
    private var overlap = ""
    /// Whether that turn is over.
    private var overlapIsOver = false
    /// Whether the answer is to a typed text, which what the user says does not continue.
    private var isTyped = false
    /// Slices without progress of the answer, or of the tools; and whether the user was told to wait.
    private var waitedSlices = 0, hasHeld = false
    /// Ids of tools that run, and whether an answer is due to those that have returned.
    private var calls: [String] = [], owesAnswer = false
    /// Calls of an answer that is not complete, or not yet due: no tool runs for a turn that may be taken back.
    private var heldCalls: [ToolCall] = []
    /// Whether the voice finishes an earlier statement, which is no answer of the mind.
    private var isResuming = false
    /// Whether the answer ended before its end came.
    private var isCutShort = false
    /// What the user did not let the assistant finish.
    private(set) var unfinished = ""
    private var actions: [Action] = []

    init(limits: SliceLimits.Mind) { self.limits = limits }

    /// Whether an answer or a tool's result is on its way.
    var isBusy: Bool { phase == .answering || phase == .calling }
    /// Whether more of the answer than it has been given may come for the voice.
    var mayContinue: Bool { phase == .answering && end == nil }

    /// The actions since the last call, oldest first.
    mutating func take() -> [Action] {
        defer { actions = [] }
        return actions
    }

    private mutating func ask(_ request: MindRequest) { actions.append(.ask(request)) }

    // MARK: The user

    /// A piece of what the user says, `over` the assistant's voice or not. One who goes on before the voice has begun has not
    /// finished: the answer never was.
    mutating func hear(_ piece: String, over: Bool = false) {
        if over || phase == .answering && hasSaid {
            if overlap.utf8.count + piece.utf8.count <= Self.textBytesMax { overlap += piece }
            return
        }
        takeBack()
        (hasWords, pausedSlices, likelihood) = (true, 0, nil)
        ask(.hear(piece))
    }

    /// The turn in progress has these words, as far as is known now.
    mutating func rehear(_ words: String) {
        if isTyped { return overlap = words }
        if words != heard {
            takeBack()
            (heard, hasWords, likelihood, isProbed) = (words, !words.isEmpty, nil, false)
            ask(.rehear(words))
        }
        pausedSlices = Self.probedSlices + 1
        guard hasWords, !isProbed, phase == .none || phase == .provisional else { return }
        isProbed = true
        probe += 1
        ask(.probe(probe))
    }

    /// The words so far are a message of their own. What follows is another turn.
    mutating func leave(_ words: String) {
        takeBack()
        if hasWords { ask(.rehear("")) }
        if !words.isEmpty { ask(.append(.user(words))) }
        (hasWords, heard, likelihood, isProbed) = (false, "", nil, false)
    }

    /// The user typed this and wants an answer. With `keeps`, nothing that is said before that is heard takes the text back.
    mutating func type(_ text: String, keeps: Bool) {
        hear(text)
        userEnded()
        isTyped = keeps && phase == .answering
    }

    /// The user speaks: what the mind found at the last pause says nothing of the next.
    mutating func speaks() { (likelihood, isProbed) = (nil, false) }

    /// Whether an answer is due of which the user has heard nothing.
    var isUnheard: Bool { phase == .answering && !isResuming && !isTyped }

    /// The user goes on before the voice has begun: neither the answer nor the turn's end has ever been.
    mutating func reopen() { takeBack() }

    /// Words that were heard over the assistant's voice are the user's next turn.
    private mutating func takeOverlap() {
        let (words, isOver) = (overlap, overlapIsOver)
        (overlap, overlapIsOver) = ("", false)
        guard !words.isEmpty else { return }
        hear(words)
        if isOver { userEnded() }
    }

    /// Whether the user has said so much over an answer that it must be an interruption.
    var isTalkedOver: Bool {
        phase == .answering && !isTyped && overlap.split(separator: " ").count >= Self.interruptingWords
    }

    /// Whether the last word is so long ago that the turn must be over.
    func isOverdue(isQuiet: Bool) -> Bool {
        guard hasWords else { return false }
        let pause = phase == .provisional ? limits.likelyPauseSlices : limits.pauseSlices
        return pausedSlices >= (isQuiet ? pause : 2 * pause)
    }

    private mutating func takeBack() {
        guard phase == .provisional || phase == .answering else { return }
        ask(.rollback(answer))
        rest()
    }

    /// The user's turn is over and the mind is to answer; `isAsked` if an answer is due even to nothing.
    mutating func userEnded(isAsked: Bool = false) {
        switch phase {
        case .provisional:
            ask(.commit(answer))
            begin(.answering)
            proceed()
        case .answering:
            // A back-channel: the assistant speaks on. What was said beside a typed text waits.
            if isTyped { overlapIsOver = !overlap.isEmpty } else { overlap = "" }
        case .none, .calling:
            takeOverlap()
            guard phase != .answering, hasWords || isAsked else { return }
            answer += 1
            ask(.answer(answer, isProvisional: false))
            renew()
            begin(.answering)
        }
    }

    private mutating func begin(_ phase: Phase) {
        (self.phase, hasWords, heard, waitedSlices, hasHeld) = (phase, false, "", 0, false)
        if phase == .answering { owesAnswer = false }
    }

    /// Prepares for a new answer.
    private mutating func renew() {
        (text, hasSaid, hasPrepared, end, heldCalls, isTyped) = ("", false, false, nil, [], false)
    }

    private mutating func rest() {
        phase = calls.isEmpty ? .none : .calling
        renew()
        (waitedSlices, isResuming, isCutShort) = (0, false, false)
    }

    // MARK: The model's own answers, and texts of the client

    /// The model answers the user's turn itself.
    mutating func modelAnswers() {
        takeBack()
        takeOverlap()
        (hasWords, heard) = (false, "")
    }

    /// The assistant has said this, and the mind did not write it.
    mutating func said(_ words: String) {
        if !words.isEmpty { ask(.append(.assistant(words))) }
        takeOverlap()
    }

    mutating func append(_ message: MindMessage) { ask(.append(message)) }

    mutating func configure(_ setup: MindSetup) { ask(.configure(setup)) }

    mutating func close() { ask(.close) }

    // MARK: The voice

    /// The voice has said all that it was given of a complete answer, `heard`.
    mutating func spoken(_ heard: String) {
        guard phase == .answering, let end else { return }
        if isResuming { ask(.append(.assistant(heard))) } else if isCutShort { ask(.cut(answer, heard: heard)) }
        let left = end == .resume ? unfinished : ""
        unfinished = ""
        rest()
        if !left.isEmpty { return resume(left) }
        takeOverlap()
        if end == .calls, phase == .calling { return begin(.calling) }
        answerOwed()
    }

    /// The voice finishes an earlier statement.
    private mutating func resume(_ statement: String) {
        (phase, hasSaid, end, isResuming) = (.answering, true, .complete, true)
        actions += [.say(statement), .sayNoMore]
    }

    /// Answers to tools that have returned in the meantime.
    private mutating func answerOwed() {
        if owesAnswer, calls.isEmpty, !hasWords { userEnded(isAsked: true) }
    }

    /// The answer ends early. The user has heard `heard` of it, but not `unheard`.
    mutating func interrupted(heard: String, unheard: String) {
        guard phase == .answering || phase == .provisional else { return }
        let isResuming = isResuming
        unfinished = (unheard + " " + text).trimmingSpace
        if phase == .provisional {
            ask(.rollback(answer))
        } else if !isResuming {
            ask(.cut(answer, heard: heard))
        } else if !heard.isEmpty {
            ask(.append(.assistant(heard)))
        }
        rest()
        takeOverlap()
    }

    // MARK: The mind

    mutating func receive(_ event: MindEvent) {
        switch event {
        case .likelihood(let probe, let value): weigh(probe, value)
        case .words(let answer, let piece) where isCurrent(answer):
            waitedSlices = 0
            guard text.utf8.count + piece.utf8.count <= Self.textBytesMax else { return endEarly() }
            text += piece
            if phase == .answering { proceed() } else { prepare() }
        case .call(let answer, let call) where isCurrent(answer):
            guard calls.count + heldCalls.count < Self.callsMax else { return }
            heldCalls.append(call)
        case .end(let answer, let end) where isCurrent(answer):
            self.end = end
            if phase == .answering { proceed() } else { prepare() }
        case .failed(let answer, let failure) where isCurrent(answer): fail(failure)
        case .words, .call, .end, .failed: break
        }
    }

    private func isCurrent(_ answer: Int) -> Bool {
        answer == self.answer && end == nil && (phase == .provisional || phase == .answering)
    }

    private mutating func weigh(_ probe: Int, _ value: Float) {
        guard probe == self.probe, phase == .none || phase == .provisional, hasWords, pausedSlices > 0 else { return }
        // A mind that does not know it may ask to begin anyhow.
        likelihood = value.isNaN ? nil : value
        guard phase == .none, value.isNaN || value >= limits.provisionalMin else { return }
        answer += 1
        ask(.answer(answer, isProvisional: true))
        renew()
        phase = .provisional
    }

    /// There will be no more of the answer. Once what has come is said, the history has no more than that.
    private mutating func endEarly() {
        (end, heldCalls, isCutShort) = (.complete, [], true)
        if phase == .answering { proceed() }
    }

    /// Tells the first clause of a provisional answer.
    private mutating func prepare() {
        var rest = text
        guard !hasPrepared, let clause = Clause.next(in: &rest, isComplete: end != nil) else { return }
        hasPrepared = true
        actions.append(.prepare(clause))
    }

    /// Gives the voice what is ready.
    private mutating func proceed() {
        while let clause = Clause.next(in: &text, isComplete: end != nil) {
            hasSaid = true
            actions.append(.say(clause))
        }
        guard let end else { return }
        callTools()
        if hasSaid { actions.append(.sayNoMore) } else { silent(end) }
    }

    /// The tools of an answer are run together, as soon as it is complete.
    private mutating func callTools() {
        calls += heldCalls.map(\.id)
        actions += heldCalls.map { .call($0) }
        heldCalls = []
    }

    /// The answer ends without having said anything.
    private mutating func silent(_ end: MindEnd) {
        self.end = end
        if end == .idle || end == .complete { actions.append(.decline) }
        spoken("")
    }

    private mutating func fail(_ failure: MindFailure) {
        let wasDue = phase == .answering
        if hasSaid { endEarly() } else { rest() }
        if wasDue { actions.append(.fail(failure)) }
    }

    // MARK: Tools

    /// A tool's result. With `answers`, the mind answers when no other tool runs and nobody speaks; else the next answer takes account
    /// of it. False if no such tool runs.
    mutating func returned(_ result: ToolResult, answers: Bool) -> Bool {
        guard let index = calls.firstIndex(of: result.id) else { return false }
        calls.remove(at: index)
        ask(.result(result))
        owesAnswer = owesAnswer || answers
        guard phase == .calling, calls.isEmpty else { return true }
        phase = .none
        answerOwed()
        return true
    }

    // MARK: Time

    /// A slice is over.
    mutating func advance() {
        if hasWords { pausedSlices += 1 }
        switch phase {
        case .none:
            guard hasWords, pausedSlices == Self.probedSlices else { return }
            probe += 1
            ask(.probe(probe))
        case .provisional: break
        case .answering:
            guard end == nil else { return }
            waitedSlices += 1
            if waitedSlices == limits.patienceSlices, !hasSaid { hold() }
            if waitedSlices >= limits.timeoutSlices {
                if !hasSaid { ask(.cut(answer, heard: "")) }
                fail(MindFailure(.timeout, "The mind did not answer in time."))
            }
        case .calling:
            waitedSlices += 1
            if waitedSlices == limits.toolPatienceSlices { hold() }
            if waitedSlices >= limits.toolTimeoutSlices { missCalls() }
        }
    }

    private mutating func hold() {
        if !hasHeld { actions.append(.hold) }
        hasHeld = true
    }

    private mutating func missCalls() {
        for id in calls { ask(.result(ToolResult(id: id, output: "The tool did not return in time."))) }
        (calls, phase, owesAnswer) = ([], .none, true)
        answerOwed()
    }
}

// The user's turns of a Realtime session, as a state machine. Events come in; what the client is to be told goes out.
//
//             word, or the assistant yields            the model hears the end
//    no turn ───────────────────────────────▶ open ───────────────────────────▶ over
//       ▲                                       │ ◀──────────── word ───────────┘ │
//       │                                       └──── commit ──▶ committed        │ commit
//       └── closed ◀─ the end, as far as it can be known ────────┴────────────────┘
//
// Where the model detects turns, its end closes them. Else the client commits, and the turn waits for its last words.

/// Positions are in milliseconds of the session.
struct RealtimeTurns {
    /// What a transition depends on besides its event.
    struct Moment {
        var position: Int64
        var progress = RealtimeMicrophone.Progress.quiet
        /// Whether the end that the model hears ends a turn; otherwise the client says so.
        var detects = true
        var transcribes = false
        /// Whether what is said needs an answer.
        var answers = true
    }

    /// What to tell the client, in this order.
    enum Change {
        case started(RealtimeTurn)
        case stopped(RealtimeTurn, end: Int64)
        /// The turn is now an item of the conversation.
        case committed(RealtimeTurn)
        case caption(id: String, text: String)
        /// All of its words are known.
        case closed(RealtimeTurn, end: Int64)
    }

    /// User events now coming back are the echo of typed text.
    private enum Echo { case none, due, begun }

    /// The buffer was cleared, and words from before may still be on their way.
    private struct Clearance {
        let start: Int64
        /// When the user spoke again.
        var loud: Int64?
    }

    /// A turn that was announced because the assistant yielded ends after this time without a word.
    private static let wordlessMilliseconds: Int64 = 1200
    /// Time from loud audio to its first word, at least, and to its last, at most.
    private static let clearedMillisecondsMin: Int64 = 240, clearedMillisecondsMax: Int64 = 2000
    /// Turns that wait for an answer, at most. What was said long ago needs none.
    private static let unansweredMax = 32

    private(set) var turn: RealtimeTurn?
    private var echo = Echo.none
    private var clearance: Clearance?
    /// Texts of the user's turns since the last answer.
    private(set) var unanswered: [String] = []

    // MARK: From the engine

    /// A word was heard. `isTold`: the client is to be told that the user speaks.
    mutating func word(
        _ text: String, at start: Int64, isTold: Bool, _ now: Moment, _ ids: inout RealtimeIDs,
        into changes: inout [Change]
    ) {
        guard echo == .none else { return echo = .begun }
        guard !isClearing(at: now.position) else { return }
        begin(at: start, &ids)
        turn!.append(text, at: start)
        if isTold { announce(now, into: &changes) }
        caption(now, into: &changes)
    }

    /// The user speaks, or nothing was said after all: words come when the turn is over.
    mutating func guessed(
        _ text: String, at start: Int64, isTold: Bool, _ now: Moment, _ ids: inout RealtimeIDs,
        into changes: inout [Change]
    ) {
        guard echo == .none, !isClearing(at: now.position) else { return }
        if text.isEmpty, turn?.isGuessed == true, turn?.stage == .open { return close(at: start, now, into: &changes) }
        begin(at: start, &ids)
        turn!.isGuessed = true
        if isTold { announce(now, into: &changes) }
    }

    /// The model takes the turn to be over.
    mutating func end(at end: Int64, _ now: Moment, into changes: inout [Change]) {
        guard echo == .none else {
            // The end may belong to what was said before the text.
            if echo == .begun { echo = .none }
            return
        }
        guard let turn else { return }
        if turn.stage == .open { self.turn!.stage = .over }
        // Push to talk: it is over when the client says so and all of it has been heard.
        if now.detects || turn.stage == .committed && now.progress != .behind { close(at: end, now, into: &changes) }
    }

    /// The assistant stopped early, and the user may be the reason.
    mutating func yielded(_ now: Moment, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        if now.detects { begin(at: now.position, &ids) }
        announce(now, into: &changes)
        caption(now, into: &changes)
    }

    /// A slice is over. `isIdle`: no response is under way.
    mutating func slice(isIdle: Bool, _ now: Moment, into changes: inout [Change]) {
        guard let turn else { return }
        // Committed, and its end has not come: it will not come any more.
        let isOverdue = turn.stage == .committed && isIdle && now.progress == .quiet
        // Something made the assistant yield, and no word followed.
        let isWordless =
            turn.isAnnounced && !turn.isGuessed && turn.pieces.isEmpty
            && now.position - turn.start > Self.wordlessMilliseconds
        if isOverdue || isWordless { close(at: now.position, now, into: &changes) }
    }

    /// Loud audio went to the engine.
    mutating func loud(at position: Int64) {
        if clearance?.loud == nil { clearance?.loud = position }
    }

    // MARK: From the client

    /// The client says that the turn is over.
    mutating func commit(_ now: Moment, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        if turn?.stage == .committed { close(at: now.position, now, into: &changes) }
        begin(at: now.position, &ids)
        guard !now.detects, turn!.stage == .open || now.progress != .quiet else {
            return close(at: now.position, now, into: &changes)
        }
        turn!.stage = .committed
        changes.append(.committed(turn!))
    }

    /// Forgets what the user was saying. The model has heard it, but must not answer it.
    mutating func clear(_ now: Moment, into changes: inout [Change]) {
        let isOpen = turn.map { $0.stage != .committed } ?? false
        if isOpen {
            stop(at: now.position, into: &changes)
            turn = nil
        }
        if isOpen || now.progress != .quiet { clearance = Clearance(start: now.position) }
    }

    /// The model is told a text: what was being said is over.
    mutating func write(_ text: String, _ now: Moment, into changes: inout [Change]) {
        clearance = nil
        close(at: now.position, now, into: &changes)
        echo = text.isEmpty ? .none : .due
    }

    /// No events follow from the written text.
    mutating func endEcho() { echo = .none }

    // MARK: Answers

    /// Whether the model may still hear what was cleared: until the user has spoken again for a moment, or long enough.
    mutating func isClearing(at position: Int64) -> Bool {
        guard let clearance else { return false }
        let isOver =
            position - clearance.start >= Self.clearedMillisecondsMax
            || clearance.loud.map { position - $0 >= Self.clearedMillisecondsMin } ?? false
        if isOver { self.clearance = nil }
        return !isOver
    }

    /// Takes what was said since the last answer, including the present turn: an answer to it is on its way.
    mutating func takeUnanswered(_ now: Moment, into changes: inout [Change]) -> String {
        close(at: now.position, now, into: &changes)
        defer { unanswered = [] }
        return unanswered.joined(separator: " ")
    }

    /// An answer begins.
    mutating func answered() { unanswered = [] }

    // MARK: Steps

    private mutating func begin(at start: Int64, _ ids: inout RealtimeIDs) {
        if turn == nil { turn = RealtimeTurn(id: ids.next("item"), start: start) }
    }

    /// A committed turn is an item already, so its beginning is not announced.
    private mutating func announce(_ now: Moment, into changes: inout [Change]) {
        guard now.detects, let turn, !turn.isAnnounced, turn.stage != .committed else { return }
        self.turn!.isAnnounced = true
        changes.append(.started(turn))
    }

    /// Sends the new words of a turn that the client knows of.
    private mutating func caption(_ now: Moment, all: Bool = false, into changes: inout [Change]) {
        guard now.transcribes, let turn, turn.isAnnounced || turn.stage == .committed || all else { return }
        for piece in self.turn!.takeCaptions() { changes.append(.caption(id: turn.id, text: piece.text)) }
    }

    /// Reports the end of a turn that was announced.
    private func stop(at end: Int64, into changes: inout [Change]) {
        if let turn, turn.isAnnounced { changes.append(.stopped(turn, end: end)) }
    }

    private mutating func close(at end: Int64, _ now: Moment, into changes: inout [Change]) {
        guard let turn else { return }
        stop(at: end, into: &changes)
        if turn.stage != .committed { changes.append(.committed(turn)) }
        caption(now, all: true, into: &changes)
        self.turn = nil
        let said = now.answers ? turn.transcript : ""
        if !said.isEmpty { unanswered.append(said) }
        if unanswered.count > Self.unansweredMax { unanswered.removeFirst() }
        changes.append(.closed(turn, end: end))
    }
}

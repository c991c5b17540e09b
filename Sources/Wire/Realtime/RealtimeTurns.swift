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
    /// What a transition goes by beside its event.
    struct Moment {
        var position: Int64
        var progress = RealtimeMicrophone.Progress.quiet
        /// The end that the model hears ends a turn; otherwise the client says so.
        var detects = true
        var transcribes = false
        /// Whether what is said wants an answer.
        var answers = true
    }

    /// What the client is to be told, in this order.
    enum Change {
        case started(RealtimeTurn)
        case stopped(RealtimeTurn, end: Int64)
        /// The turn is an item of the conversation now.
        case committed(RealtimeTurn)
        case caption(id: String, text: String)
        /// All that was said in it is known.
        case closed(RealtimeTurn, end: Int64)
    }

    /// The engine tells of the user what it was told in writing: that is no turn.
    private enum Echo { case none, due, begun }

    /// Of what was being said when the buffer was cleared, words may be on their way.
    private struct Clearance {
        let start: Int64
        /// When somebody spoke again.
        var loud: Int64?
    }

    /// A turn that was announced because the assistant yielded, and in which no word was heard for so long, is over.
    private static let wordlessMilliseconds: Int64 = 1200
    /// From loud audio to the first word of it, at least, and to the last at most.
    private static let clearedMillisecondsMin: Int64 = 240, clearedMillisecondsMax: Int64 = 2000
    /// Turns that wait for an answer, at most. What was said long ago needs none.
    private static let unansweredMax = 32

    private(set) var turn: RealtimeTurn?
    private var echo = Echo.none
    private var clearance: Clearance?
    /// What the user has said since the last answer.
    private(set) var unanswered: [String] = []

    // MARK: From the engine

    /// A word was heard. `isTold`: the client is told that somebody speaks.
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

    /// The model takes the turn to be over.
    mutating func end(at end: Int64, _ now: Moment, into changes: inout [Change]) {
        guard echo == .none else {
            // The end of what was said before may have been on its way.
            if echo == .begun { echo = .none }
            return
        }
        guard let turn else { return }
        if turn.stage == .open { self.turn!.stage = .over }
        // Push to talk: it is over when the client says so, and all of it has been heard.
        if now.detects || turn.stage == .committed && now.progress != .behind { close(at: end, now, into: &changes) }
    }

    /// The assistant broke off, and the user may be the reason.
    mutating func yielded(_ now: Moment, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        if now.detects { begin(at: now.position, &ids) }
        announce(now, into: &changes)
        caption(now, into: &changes)
    }

    /// A slice is over. `isIdle`: no response is under way.
    mutating func slice(isIdle: Bool, _ now: Moment, into changes: inout [Change]) {
        guard let turn else { return }
        // Committed, and its end has not come: it will not.
        let isOverdue = turn.stage == .committed && isIdle && now.progress == .quiet
        // Something made the assistant yield, and no word came of it.
        let isWordless =
            turn.isAnnounced && turn.pieces.isEmpty && now.position - turn.start > Self.wordlessMilliseconds
        if isOverdue || isWordless { close(at: now.position, now, into: &changes) }
    }

    /// Loud audio went to the engine.
    mutating func loud(at position: Int64) {
        if clearance?.loud == nil { clearance?.loud = position }
    }

    // MARK: From the client

    /// The turn is over, says the client.
    mutating func commit(_ now: Moment, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        if turn?.stage == .committed { close(at: now.position, now, into: &changes) }
        begin(at: now.position, &ids)
        guard !now.detects, turn!.stage == .open || now.progress != .quiet else {
            return close(at: now.position, now, into: &changes)
        }
        turn!.stage = .committed
        changes.append(.committed(turn!))
    }

    /// What the user was saying is forgotten. The model has heard it: it is not to answer that.
    mutating func clear(_ now: Moment, into changes: inout [Change]) {
        let isOpen = turn.map { $0.stage != .committed } ?? false
        if isOpen {
            stop(at: now.position, into: &changes)
            turn = nil
        }
        if isOpen || now.progress != .quiet { clearance = Clearance(start: now.position) }
    }

    /// The model is told something in writing: what was said is over.
    mutating func write(_ text: String, _ now: Moment, into changes: inout [Change]) {
        clearance = nil
        close(at: now.position, now, into: &changes)
        echo = text.isEmpty ? .none : .due
    }

    /// Nothing comes of what was written.
    mutating func endEcho() { echo = .none }

    // MARK: What was said

    /// Whether what the model hears is still what was cleared: until somebody has spoken again for a moment, or long enough.
    mutating func isClearing(at position: Int64) -> Bool {
        guard let clearance else { return false }
        let isOver =
            position - clearance.start >= Self.clearedMillisecondsMax
            || clearance.loud.map { position - $0 >= Self.clearedMillisecondsMin } ?? false
        if isOver { self.clearance = nil }
        return !isOver
    }

    /// What was said since the last answer, the turn at hand with it: an answer to it is on its way.
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

    /// What is an item already, nobody begins to say.
    private mutating func announce(_ now: Moment, into changes: inout [Change]) {
        guard now.detects, let turn, !turn.isAnnounced, turn.stage != .committed else { return }
        self.turn!.isAnnounced = true
        changes.append(.started(turn))
    }

    /// The client gets to read a turn that it knows of.
    private mutating func caption(_ now: Moment, all: Bool = false, into changes: inout [Change]) {
        guard now.transcribes, let turn, turn.isAnnounced || turn.stage == .committed || all else { return }
        for piece in self.turn!.takeCaptions() { changes.append(.caption(id: turn.id, text: piece.text)) }
    }

    /// What ends a turn that was announced.
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

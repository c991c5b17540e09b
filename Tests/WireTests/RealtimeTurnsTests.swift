// The machine of the user's turns over random orders of events: what holds in every one of them.

import Basics
import Testing

@testable import Wire

@Suite struct RealtimeTurnsTests {
    /// What a client has been told of a turn.
    private struct Told {
        var isStarted = false, isStopped = false, isCommitted = false, isOver = false
        var captions: [String] = []
    }

    /// One order of events, and what came of it.
    private struct Run: RandomOrder {
        private var random: Random
        private var turns = RealtimeTurns(), ids = RealtimeIDs(chance: 1)
        private var now = RealtimeTurns.Moment(position: 0)
        private var told: [String: Told] = [:]
        /// The turn that the client was told of last and that is not over.
        private var running: String?
        /// Whether what the model reads is due to come back, and whether it has begun to.
        private var isEchoDue = false, hasEcho = false
        /// When the buffer was cleared that held something, and when it was loud again.
        private var clearedAt: Int64?, loudAt: Int64?
        private(set) var log: [String] = []
        var faults: [String] = []

        init(seed: UInt64) { random = Random(seed: seed) }

        mutating func step() {
            switch random.below(16) {
            case 0...3: word()
            case 4, 5: end()
            case 6: change("yielded") { $0.turns.yielded($0.now, &$0.ids, into: &$1) }
            case 7...9: slice(isIdle: random.below(2) == 0)
            case 10: commit()
            case 11: clear()
            case 12: write(random.below(4) == 0 ? "" : "text")
            case 13: listen()
            case 14: set()
            default: take()
            }
        }

        // MARK: Events

        private mutating func word() {
            let isTold = random.below(2) == 0, isEcho = isEchoDue, before = turns.turn?.pieces.count
            let text = " w\(log.count)", isCleared = isClearing
            let changes = change("word told=\(isTold)") {
                $0.turns.word(text, at: $0.now.position, isTold: isTold, $0.now, &$0.ids, into: &$1)
            }
            if isEcho { hasEcho = true }
            hold(!isEcho || changes == 0 && turns.turn?.pieces.count == before, "what was written is no turn")
            guard !isEcho else { return }
            hold(
                isCleared ? turns.turn?.pieces.count == before : turns.turn?.pieces.last?.text == text,
                "what is heard is the turn's last word, unless it was cleared")
        }

        /// Whether the model may still hear what was cleared.
        private var isClearing: Bool {
            guard let clearedAt, now.position - clearedAt < 2000 else { return false }
            return loudAt.map { now.position - $0 < 240 } ?? true
        }

        private mutating func end() {
            let isEcho = isEchoDue, hasTurn = turns.turn != nil
            let changes = change("end") { $0.turns.end(at: $0.now.position, $0.now, into: &$1) }
            if isEcho, hasEcho { (isEchoDue, hasEcho) = (false, false) }
            hold(!isEcho || changes == 0, "the end of what was written ends no turn")
            hold(isEcho || !hasTurn || !now.detects || turns.turn == nil, "the end that the model hears ends the turn")
        }

        private mutating func slice(isIdle: Bool) {
            now.position += 80
            change("slice idle=\(isIdle)") { $0.turns.slice(isIdle: isIdle, $0.now, into: &$1) }
        }

        private mutating func commit() {
            let changes = change("commit") { $0.turns.commit($0.now, &$0.ids, into: &$1) }
            hold(changes > 0, "a commit is answered")
            hold(turns.turn == nil || turns.turn!.stage == .committed, "what was committed is not open")
        }

        private mutating func clear() {
            let cleared = turns.turn.flatMap { $0.stage == .committed ? nil : $0.id }
            change("clear") { $0.turns.clear($0.now, into: &$1) }
            if cleared != nil || now.progress != .quiet { (clearedAt, loudAt) = (now.position, nil) }
            guard let cleared else { return }
            hold(turns.turn == nil, "what was cleared is gone")
            hold(
                told[cleared]?.isStarted != true || told[cleared]!.isStopped,
                "who was told of a start is told of its end")
            hold(told[cleared]?.isCommitted != true, "what was cleared is no item")
            told[cleared, default: Told()].isOver = true
            running = nil
        }

        private mutating func write(_ text: String) {
            change("write \(text)") { $0.turns.write(text, $0.now, into: &$1) }
            (isEchoDue, hasEcho) = (!text.isEmpty, false)
            clearedAt = nil
            hold(turns.turn == nil, "what is written comes when nobody speaks")
        }

        private mutating func listen() {
            now.progress = RealtimeMicrophone.Progress.allCases[random.below(3)]
            let isLoud = random.below(2) == 0
            if isLoud {
                turns.loud(at: now.position)
                loudAt = loudAt ?? now.position
            }
            log.append("hearing \(now.progress) loud=\(isLoud)")
        }

        private mutating func set() {
            (now.detects, now.transcribes) = (random.below(2) == 0, random.below(2) == 0)
            log.append("detects=\(now.detects) transcribes=\(now.transcribes)")
        }

        private mutating func take() {
            switch random.below(3) {
            case 0:
                change("takeUnanswered") { _ = $0.turns.takeUnanswered($0.now, into: &$1) }
                hold(turns.unanswered.isEmpty && turns.turn == nil, "what was taken is gone")
            case 1: turns.answered()
            default:
                turns.endEcho()
                (isEchoDue, hasEcho) = (false, false)
            }
        }

        /// The user is silent, the client says what it can: the turn is over then.
        mutating func settle() {
            now.progress = .quiet
            for _ in 0..<2 { end() }
            if !now.detects { commit() }
            for _ in 0..<20 { slice(isIdle: true) }
            hold(turns.turn == nil, "every turn ends")
            hold(
                told.values.allSatisfy { $0.isOver || !$0.isStarted && !$0.isCommitted },
                "who is told of a turn is told of its end")
        }

        // MARK: What comes of them

        /// The number of changes.
        @discardableResult
        private mutating func change(_ event: String, _ body: (inout Run, inout [RealtimeTurns.Change]) -> Void) -> Int
        {
            log.append("\(now.position) \(event)")
            var changes: [RealtimeTurns.Change] = []
            body(&self, &changes)
            for change in changes { watch(change) }
            hold(turns.unanswered.count <= 32, "few turns wait for an answer")
            hold(turns.turn.map { told[$0.id]?.isOver != true } ?? true, "what is over does not go on")
            return changes.count
        }

        private mutating func watch(_ change: RealtimeTurns.Change) {
            switch change {
            case .started(let turn):
                meet(turn.id, "started")
                hold(!told[turn.id]!.isStarted && now.detects, "a turn is announced once, and where turns are detected")
                hold(!told[turn.id]!.isCommitted, "a turn is announced before it is an item")
                told[turn.id]!.isStarted = true
            case .stopped(let turn, let end):
                meet(turn.id, "stopped")
                hold(told[turn.id]!.isStarted && !told[turn.id]!.isStopped, "what stopped had started, once")
                hold(end >= turn.start, "a turn ends after its start")
                told[turn.id]!.isStopped = true
            case .committed(let turn):
                meet(turn.id, "committed")
                hold(!told[turn.id]!.isCommitted, "a turn is committed once")
                told[turn.id]!.isCommitted = true
            case .caption(let id, let text):
                meet(id, "caption")
                hold(now.transcribes, "captions come where they are wanted")
                told[id]!.captions.append(text)
            case .closed(let turn, _): close(turn)
            }
        }

        private mutating func close(_ turn: RealtimeTurn) {
            meet(turn.id, "closed")
            let known = told[turn.id]!, pieces = turn.pieces.map(\.text)
            hold(known.isCommitted, "a transcript is of an item")
            hold(known.isStarted == known.isStopped, "what started has stopped")
            hold(Array(pieces.prefix(known.captions.count)) == known.captions, "captions are the words, in order")
            hold(!now.transcribes || known.captions == pieces, "captions are all the words")
            told[turn.id]!.isOver = true
            running = nil
        }

        private mutating func meet(_ id: String, _ what: String) {
            log.append("  \(what) \(id)")
            hold(running == nil || running == id, "one turn at a time")
            hold(told[id]?.isOver != true, "nothing is told of a turn that is over")
            told[id, default: Told()].isOver = false
            running = id
        }
    }

    @Test func everyOrderOfEventsIsToldAsTurns() { Run.run(seeds: 0..<20_000, events: 60) }
}

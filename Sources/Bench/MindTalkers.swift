// Talkers at an embedded mind, in real time: how long an answer takes to begin after the user's turn has ended.

internal import Basics
internal import Dialogue
internal import Foundation
internal import Minds
internal import Synchronization

/// Sessions with long histories. Their users say words at the speed of speech, and the mind is asked when a turn is over.
final class MindTalkers {
    private static let wordMilliseconds: Int64 = 400, pauseMilliseconds: Int64 = 2000
    private static let requests = [
        "what is the capital of italy", "tell me something about the sea", "how do i boil an egg",
        "what would you do with a free day in a large town", "why is the sky blue in the morning",
    ]

    /// What has come back from a session, with the time of its first word.
    private final class Reply: Sendable {
        struct State: Sendable {
            var answer = 0
            var begun: Instant?
            var isComplete = true
        }

        let state = Mutex(State())

        func take(_ event: MindEvent, at now: Instant) {
            state.withLock { state in
                switch event {
                case .words(state.answer, _): state.begun = state.begun ?? now
                case .end(state.answer, _), .failed(state.answer, _):
                    (state.begun, state.isComplete) = (state.begun ?? now, true)
                default: break
                }
            }
        }
    }

    private struct Talker {
        var seat: any MindSeat
        var reply: Reply
        var words: [Substring] = []
        var answer = 0
        /// When the next word is due, or the end of a turn without further words, or the next turn.
        var due: Instant
        var isOver = false
        var asked: Instant?
    }

    private var talkers: [Talker] = []
    private var next = 0
    /// Milliseconds from the turn's end to the answer's first word.
    private(set) var delays: [Double] = []

    /// Nil if the mind has no room for `count` sessions. Each has a history of about `tokens` tokens.
    init?(_ mind: EmbeddedMind, count: Int, tokens: Int, at now: Instant) {
        for i in 0..<count {
            let reply = Reply()
            guard let seat = mind.open(deliver: { reply.take($0, at: MonotonicClock.now()) }) else { return nil }
            for _ in 0..<tokens / 40 {
                seat.take(
                    .append(.user("what do people do in the evening when the work is done and it is still light")))
                seat.take(.append(.assistant("Many go for a walk, meet friends, or cook something.")))
            }
            // The first turns wait until the histories are computed.
            let due = now.advanced(milliseconds: 20_000 + Int64(i) * 700)
            talkers.append(Talker(seat: seat, reply: reply, due: due))
        }
    }

    /// What is due at `now`.
    func advance(to now: Instant) {
        for i in talkers.indices {
            if let asked = talkers[i].asked {
                look(i, asked, now)
            } else if now >= talkers[i].due {
                if talkers[i].isOver { ask(i, now) } else { speak(i, now) }
            }
        }
    }

    func close() { for talker in talkers { talker.seat.take(.close) } }

    private func speak(_ i: Int, _ now: Instant) {
        if talkers[i].words.isEmpty {
            talkers[i].words = Self.requests[next % Self.requests.count].split(separator: " ")
            next += 1
        }
        talkers[i].seat.take(.hear(" " + talkers[i].words.removeFirst()))
        talkers[i].due = now.advanced(milliseconds: Self.wordMilliseconds)
        talkers[i].isOver = talkers[i].words.isEmpty
    }

    private func ask(_ i: Int, _ now: Instant) {
        let answer = talkers[i].answer + 1
        talkers[i].reply.state.withLock { $0 = Reply.State(answer: answer, isComplete: false) }
        (talkers[i].answer, talkers[i].asked, talkers[i].isOver) = (answer, now, false)
        talkers[i].seat.take(.answer(answer, isProvisional: false))
    }

    /// Looks whether the answer is complete.
    private func look(_ i: Int, _ asked: Instant, _ now: Instant) {
        let reply = talkers[i].reply.state.withLock { $0 }
        guard reply.isComplete, let begun = reply.begun else { return }
        delays.append(Double(begun.since(asked)) * 1e-6)
        (talkers[i].asked, talkers[i].due) = (nil, now.advanced(milliseconds: Self.pauseMilliseconds))
    }
}

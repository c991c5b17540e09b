// The embedded mind: sessions do not touch each other, and what was taken back has never been.

import Basics
import Dialogue
import DuetTesting
import Testing

@testable import Minds

@Suite struct EmbeddedMindTests {
    private let tool = ToolCall(id: "call_1", name: "look", arguments: "{}")

    /// A talk of two turns. Returns all its events.
    private func talk(_ session: Session, _ words: [String], step: () -> Void) -> [MindEvent] {
        var events: [MindEvent] = []
        for (turn, words) in words.enumerated() {
            for word in words.split(separator: " ") {
                session.take(.hear(" " + word), .probe(turn))
                step()
            }
            session.take(.answer(turn + 1, isProvisional: false))
            step()
            events += session.events()
        }
        return events
    }

    private static let talks = [
        ["what is the hour", "and then"], ["on the other hand there is nothing in it", "in an hour"],
        ["hello", "he is here"],
    ]

    // MARK: Batches

    @Test func aSessionGivesTheSameAloneAndAmongOthers() {
        let alone = Self.talks.map { words in
            let hand = HandMind()
            return talk(hand.session()!, words) { hand.run() }
        }
        let hand = HandMind(), sessions = Self.talks.map { _ in hand.session()! }
        var events = [[MindEvent]](repeating: [], count: 3)
        for turn in 0..<2 {
            for (session, words) in zip(sessions, Self.talks) {
                for word in words[turn].split(separator: " ") { session.take(.hear(" " + word)) }
                session.take(.probe(turn), .answer(turn + 1, isProvisional: false))
            }
            hand.run()
            for (i, session) in sessions.enumerated() { events[i] += session.events() }
        }
        for (one, all) in zip(alone, events) {
            #expect(!one.text(1).isEmpty && one.text(1) == all.text(1) && one.text(2) == all.text(2))
        }
        #expect(Set(alone.map { $0.text(1) }).count == 3)
    }

    @Test func wordsThatComeInPiecesAreComputedAsTheWhole() {
        let hand = HandMind(), whole = hand.session()!, pieces = hand.session()!
        whole.take(.hear("then there is the other one"), .probe(1))
        hand.run()
        for letter in "then there is the other one" {
            pieces.take(.hear(String(letter)))
            hand.run()
        }
        pieces.take(.probe(1))
        hand.run()
        let events = whole.events()
        #expect(events.count == 1 && events == pieces.events())
    }

    @Test func wordsThatReplaceOthersAreComputedAsIfThoseHadNeverBeen() {
        let hand = HandMind(), plain = hand.session()!, other = hand.session()!
        plain.take(.rehear("then there is the other one"), .probe(1), .answer(1, isProvisional: false))
        other.take(.rehear("then there was"), .probe(1))
        hand.run()
        other.take(.rehear("then there is"), .answer(1, isProvisional: true))
        hand.run()
        _ = other.events()
        other.take(.rollback(1), .rehear("then there is the other one"), .probe(1), .answer(2, isProvisional: false))
        hand.run()
        #expect(plain.events().text(1) == other.events().text(2))
    }

    @Test func theSameInstructionsAreComputedOnce() {
        let hand = HandMind(), first = hand.session()!
        first.take(.hear("hello"), .probe(1))
        hand.run()
        let rows = hand.loop.rowCount
        let second = hand.session()!
        second.take(.hear("hello"), .probe(1))
        hand.run()
        #expect(hand.loop.rowCount - rows == LetterFormat().user("hello").count)
        #expect(first.events() == second.events())
    }

    // MARK: Without a trace

    /// Whether the answer was provisional or not; also when it is complete.
    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 40], [true, false]) func aRollbackLeavesNoTrace(
        _ steps: Int, _ isProvisional: Bool
    ) {
        func events(_ answers: Bool) -> [MindEvent] {
            let hand = HandMind(), session = hand.session()!
            session.take(.hear("what is the time"))
            hand.run()
            if answers {
                session.take(.answer(1, isProvisional: isProvisional))
                for _ in 0..<steps { hand.loop.step() }
                session.take(.rollback(1))
                _ = session.events()
            }
            session.take(.probe(1))
            hand.run()
            session.take(.hear(" in the north"), .probe(2), .answer(2, isProvisional: false))
            hand.run()
            session.take(.hear("and then"), .probe(3))
            hand.run()
            return session.events()
        }
        let plain = events(false)
        #expect(plain.count > 3 && events(true) == plain)
    }

    @Test func aCommittedAnswerIsLikeOneThatNeverWasProvisional() {
        func events(_ provisional: Bool, _ steps: Int) -> [MindEvent] {
            let hand = HandMind(), session = hand.session()!
            session.take(.hear("where"), .answer(1, isProvisional: provisional))
            for _ in 0..<steps { hand.loop.step() }
            session.take(.commit(1), .hear("there"), .probe(2))
            hand.run()
            return session.events()
        }
        let plain = events(false, 3)
        for steps in [0, 3, 40] { #expect(events(true, steps) == plain) }
        #expect(plain.contains { if case .likelihood(2, _) = $0 { true } else { false } })
    }

    @Test func ofAProvisionalAnswerOnlyTheBeginningIsWritten() {
        func run(_ most: Int) -> (provisional: [MindEvent], all: [MindEvent], rows: Int) {
            let hand = HandMind { $0.provisionalTokensMax = most }, session = hand.session()!
            session.take(.hear("where"), .answer(1, isProvisional: true))
            hand.run()
            let rows = hand.loop.rowCount, provisional = session.events()
            session.take(.commit(1))
            hand.run()
            return (provisional, provisional + session.events(), rows)
        }
        let short = run(3), long = run(100)
        #expect(long.provisional.last == .end(answer: 1, .complete) && short.all == long.all)
        #expect(short.provisional.count == 3 && short.rows < long.rows)
    }

    @Test func wordsWaitForAProvisionalAnswersFate() {
        let hand = HandMind(), session = hand.session()!
        session.take(.hear("where"), .answer(1, isProvisional: true), .hear(" is it"), .probe(1))
        hand.run()
        #expect(!session.events().contains { if case .likelihood = $0 { true } else { false } })
        session.take(.rollback(1))
        hand.run()
        let other = hand.session()!
        other.take(.hear("where is it"), .probe(1))
        hand.run()
        let likelihood = other.events()
        #expect(likelihood.count == 1 && session.events() == likelihood)
    }

    // MARK: Cuts

    /// What a session hears after an answer of which `heard` was heard, against a history that says so.
    @Test(arguments: [true, false], ["", "o", "on the"]) func aCutLeavesTheWordsThatWereHeard(
        _ complete: Bool, _ heard: String
    ) {
        let hand = HandMind(), session = hand.session()!
        session.take(.hear("what is it"), .answer(1, isProvisional: false))
        for _ in 0..<(complete ? 100 : 5) { hand.loop.step() }
        session.take(.cut(1, heard: heard))
        _ = session.events()
        session.take(.hear(heard.isEmpty ? " then" : "then"), .probe(1))
        hand.run()
        let other = hand.session()!
        if heard.isEmpty {
            other.take(.hear("what is it then"))
        } else {
            other.take(.append(.user("what is it")), .append(.assistant(heard)), .hear("then"))
        }
        other.take(.probe(1))
        hand.run()
        let events = other.events()
        #expect(events.count == 1 && session.events() == events)
    }

    @Test func aCutAfterTheUserWentOnReachesTheAnswerBefore() {
        let hand = HandMind(), session = hand.session()!, other = hand.session()!
        session.take(.hear("what is it"), .answer(1, isProvisional: false))
        hand.run()
        session.take(.hear("no wait"))
        hand.run()
        session.take(.cut(1, heard: "on"))
        _ = session.events()
        session.take(.probe(1))
        other.take(.append(.user("what is it")), .append(.assistant("on")), .hear("no wait"), .probe(1))
        hand.run()
        let events = other.events()
        #expect(events.count == 1 && session.events() == events)
    }

    @Test func nothingIsSaidOfAnAnswerThatWasCut() {
        let hand = HandMind(), session = hand.session()!
        session.take(.hear("what is it"), .answer(1, isProvisional: false))
        for _ in 0..<4 { hand.loop.step() }
        #expect(!session.events().isEmpty)
        session.take(.cut(1, heard: "o"))
        hand.run()
        #expect(session.events() == [])
    }

    @Test func onlyTheLatestAnswerCanBeCut() {
        let hand = HandMind(), session = hand.session()!, other = hand.session()!
        for s in [session, other] {
            s.take(.hear("a"), .answer(1, isProvisional: false))
            hand.run()
            s.take(.hear("b"), .answer(2, isProvisional: false))
            hand.run()
        }
        session.take(.cut(1, heard: "o"), .rollback(1), .commit(1), .answer(1, isProvisional: false))
        for s in [session, other] { s.take(.hear("c"), .probe(1)) }
        hand.run()
        #expect(session.events() == other.events())
    }

    // MARK: Answers

    @Test func anAnswersWordsComeBeforeItsEndAndItEndsInTime() {
        let hand = HandMind(), session = hand.session()!
        session.take(.hear("hello"), .answer(1, isProvisional: false))
        hand.run()
        let events = session.events()
        #expect(events.last == .end(answer: 1, .complete) && events.count > 1 && events.count <= 13)
        #expect(events.dropLast().allSatisfy { if case .words(1, _) = $0 { true } else { false } })
    }

    /// The first token that a model without other means chooses.
    private func firstToken(_ words: String) -> Int32 {
        let hand = HandMind(format: LetterFormat(isNumbered: true, meanings: [:])), session = hand.session()!
        session.take(.hear(words), .answer(1, isProvisional: false))
        hand.run()
        return Int32(session.events().text(1).split(separator: " ")[0])!
    }

    /// The talk that a tuned model has learned: a turn, the decision, the next turn.
    @Test func aDecisionStaysInTheHistoryAndCanBeTakenBack() {
        var format = LetterFormat()
        let first = firstToken("where")
        format.meanings[first] = [.end(.idle)]
        let hand = HandMind(format: format), session = hand.session()!, other = hand.session()!
        session.take(.hear("where"), .answer(1, isProvisional: false))
        hand.run()
        #expect(session.events() == [.end(answer: 1, .idle)])
        session.take(.rollback(1), .hear(" is it"), .probe(1))
        other.take(.hear("where is it"), .probe(1))
        hand.run()
        let events = other.events()
        #expect(events.count == 1 && session.events() == events)
        let rows = hand.loop.rowCount, third = hand.session()!
        third.take(.hear("where"), .answer(1, isProvisional: false))
        hand.run()
        third.take(.hear("is it"))
        hand.run()
        let decided = format.user("where") + format.afterUser + [first] + format.afterAnswer
        #expect(hand.loop.rowCount - rows == decided.count + format.user("is it").count)
    }

    @Test func aCallIsToldAndItsResultEntersTheHistory() {
        var format = LetterFormat()
        let first = firstToken("where")
        format.meanings[first] = [.call(name: "look", arguments: "{}"), .end(.complete)]
        let hand = HandMind(format: format)
        let session = hand.session()!
        session.take(.hear("where"), .answer(1, isProvisional: false))
        hand.run()
        #expect(session.events() == [.call(answer: 1, tool), .end(answer: 1, .calls)])
        session.take(.result(ToolResult(id: "call_9", output: "nothing")))
        hand.run()
        session.take(.result(ToolResult(id: "call_1", output: "here")), .hear("so"), .probe(1))
        // As if a client had brought the same history.
        let other = hand.session()!
        other.take(
            .append(.user("where")), .append(.call(tool)), .append(.result(ToolResult(id: "call_1", output: "here"))))
        other.take(.hear("so"), .probe(1))
        hand.run()
        let events = other.events()
        #expect(events.count == 1 && session.events().count == 1)
        // A cut leaves the call, and the history is the client's to the bit.
        let third = hand.session()!
        third.take(.hear("where"), .answer(1, isProvisional: false))
        hand.run()
        third.take(.cut(1, heard: ""), .result(ToolResult(id: "call_1", output: "here")))
        _ = third.events()
        third.take(.hear("so"), .probe(1))
        hand.run()
        #expect(third.events() == events)
    }

    @Test func whatTheAssistantSaidOtherwiseAnswersTheWordsSoFar() {
        let hand = HandMind(), session = hand.session()!, other = hand.session()!
        session.take(.hear("where"), .append(.assistant("on")), .hear("so"), .probe(1))
        other.take(.append(.user("where")), .append(.assistant("on")), .hear("so"), .probe(1))
        hand.run()
        let events = other.events()
        #expect(events.count == 1 && session.events() == events)
    }

    private struct Parrot: Reflex {
        var count = 0

        mutating func answer(_ request: String) -> String? {
            guard request.hasPrefix("say") else { return nil }
            count += 1
            return "on \(String(repeating: "a", count: count))"
        }

        mutating func configure(_ setup: MindSetup) {}
        mutating func said(_ text: String) {}
    }

    @Test func aReflexAnswersBeforeTheModelAndForgetsWhatWasTakenBack() {
        let hand = HandMind { $0.reflex = { Parrot() } }, session = hand.session()!
        session.take(.hear("say it"), .answer(1, isProvisional: true), .rollback(1), .answer(2, isProvisional: false))
        hand.run()
        let said: [MindEvent] = [
            .words(answer: 1, "on a"), .end(answer: 1, .complete), .words(answer: 2, "on a"),
            .end(answer: 2, .complete),
        ]
        #expect(session.events() == said)
        let other = hand.session()!
        other.take(.append(.user("say it")), .append(.assistant("on a")))
        for s in [session, other] { s.take(.hear("where"), .probe(1)) }
        hand.run()
        let events = other.events()
        #expect(events.count == 1 && session.events() == events)
    }
}

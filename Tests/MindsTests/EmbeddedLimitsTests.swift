// The embedded mind's limits: instructions, endless talks, floods, and places.

import Basics
import Dialogue
import DuetTesting
import Testing

@testable import Minds

@Suite struct EmbeddedLimitsTests {
    // MARK: Instructions

    @Test func newInstructionsHoldForTheWholeHistory() {
        let hand = HandMind(), session = hand.session()!, other = hand.session()!
        session.take(.append(.user("what is it")), .append(.assistant("on")), .hear("and"))
        hand.run()
        session.take(.configure(MindSetup(instructions: "be an ear")), .probe(1))
        other.take(.configure(MindSetup(instructions: "be an ear")), .append(.user("what is it")))
        other.take(.append(.assistant("on")), .hear("and"), .probe(1))
        hand.run()
        let events = other.events()
        #expect(events.count == 1 && session.events() == events)
    }

    @Test func instructionsThatAreTooLongFailEachAnswer() {
        let hand = HandMind(), session = hand.session()!
        session.take(.configure(MindSetup(instructions: String(repeating: "a", count: 47))), .hear("a"))
        session.take(.answer(1, isProvisional: false))
        hand.run()
        let failure = MindFailure(.full, "the instructions and tools take 49 tokens, and 48 is the limit")
        #expect(session.events() == [.failed(answer: 1, failure)])
        session.take(
            .configure(MindSetup(instructions: String(repeating: "a", count: 46))), .answer(2, isProvisional: false))
        hand.run()
        #expect(session.events().last == .end(answer: 2, .complete))
    }

    // MARK: Bounds

    @Test func aTalkNeverEnds() {
        let hand = HandMind(), session = hand.session()!
        for turn in 1...200 {
            session.take(.hear("and then on the other hand"), .answer(turn, isProvisional: turn % 3 == 0))
            hand.run()
            session.take(.commit(turn))
            if turn % 5 == 0 { session.take(.cut(turn, heard: "on")) }
            hand.run()
            #expect(session.events().last == .end(answer: turn, .complete))
        }
        #expect(hand.loop.historyCount(0) < 20)
    }

    @Test func aTurnThatIsLongerThanTheWindowIsHeardToItsEnd() {
        let hand = HandMind { $0.turnBytesMax = 1000 }, session = hand.session()!
        for _ in 0..<100 { session.take(.hear(" another word")) }
        hand.run()
        session.take(.answer(1, isProvisional: true))
        hand.run()
        session.take(.rollback(1), .probe(1))
        hand.run()
        #expect(session.events().last.map { if case .likelihood(1, _) = $0 { true } else { false } } == true)
    }

    @Test func aFloodOfRequestsHurtsOnlyItself() {
        let hand = HandMind { $0.requestsMax = 20 }, flooding = hand.session()!, other = hand.session()!
        for i in 1...10_000 { flooding.take(.hear(" more"), .probe(i)) }
        flooding.take(.answer(1, isProvisional: false))
        other.take(.hear("hello"), .answer(1, isProvisional: false))
        hand.run()
        #expect(other.events().last == .end(answer: 1, .complete))
        let failure = MindFailure(.full, "more requests wait than a session may have")
        #expect(flooding.events().contains(.failed(answer: 1, failure)))
        flooding.take(.answer(2, isProvisional: false))
        hand.run()
        #expect(flooding.events().last == .end(answer: 2, .complete))
    }

    @Test func aLongPromptDoesNotKeepAnAnswerWaiting() {
        let hand = HandMind { ($0.promptRowsMax, $0.windowPositions) = (8, 400) }
        let reading = hand.session()!, other = hand.session()!
        other.take(.hear("hello"))
        hand.run()
        reading.take(.append(.user(String(repeating: "ab ", count: 120))), .hear("a"), .probe(1))
        hand.loop.step()
        other.take(.answer(1, isProvisional: false))
        var steps = 0
        while other.events().last != .end(answer: 1, .complete) {
            hand.loop.step()
            steps += 1
            #expect(steps < 20)
            guard steps < 20 else { break }
        }
        #expect(reading.events() == [])
    }

    @Test func aPlaceIsFreeAgainAfterItsSession() {
        let hand = HandMind { $0.sessionsMax = 2 }
        let first = hand.session()!, second = hand.session()!
        #expect(hand.session() == nil)
        first.take(.hear("hello"), .answer(1, isProvisional: false))
        second.take(.hear("hello"), .answer(1, isProvisional: false))
        for _ in 0..<4 { hand.loop.step() }
        first.take(.close)
        hand.loop.step()
        _ = first.events()
        hand.run()
        #expect(first.events() == [])
        let third = hand.session()!
        third.take(.hear("hello"), .answer(1, isProvisional: false))
        hand.run()
        let events = third.events()
        #expect(!events.isEmpty && events == second.events())
    }

    @Test func theThreadAnswers() async throws {
        let hand = HandMind()
        #expect(hand.mind.start())
        let (stream, continuation) = AsyncStream.makeStream(of: MindEvent.self)
        let seat = try #require(hand.mind.open { continuation.yield($0) })
        seat.take(.hear("hello"))
        seat.take(.answer(1, isProvisional: false))
        for await event in stream where event == .end(answer: 1, .complete) { break }
        seat.take(.close)
    }
}

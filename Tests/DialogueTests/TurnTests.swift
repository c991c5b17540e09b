// Turn: who has the floor.

import Testing

@testable import Dialogue

@Suite struct TurnTests {
    private let tokens = SlicePlan.Tokens(idle: 0, end: 1)

    @Test func anAnswerThatEndsIsNotInterrupted() {
        var turn = Turn()
        #expect(turn.advance(Decision(say: 5, speaks: true), tokens: tokens) == [.speaking])
        #expect(turn.advance(Decision(say: 1, speaks: true), tokens: tokens) == [.assistantEnd])
        #expect(turn.advance(Decision(), tokens: tokens) == [.listening])
    }

    @Test func anAnswerThatStopsShortIsInterrupted() {
        var turn = Turn()
        _ = turn.advance(Decision(say: 5, speaks: true), tokens: tokens)
        #expect(turn.advance(Decision(), tokens: tokens) == [.listening, .interrupted])
        #expect(turn.advance(Decision(), tokens: tokens) == [])
    }

    @Test func theUsersEndIsReported() {
        var turn = Turn()
        #expect(turn.advance(Decision(think: 7), tokens: tokens) == [])
        #expect(turn.advance(Decision(think: 1), tokens: tokens) == [.userEnd])
    }

    @Test func aClientsInterruptSilencesUntilANewRequestOrTheLimit() {
        var turn = Turn()
        _ = turn.advance(Decision(say: 5, speaks: true), tokens: tokens)
        #expect(turn.interrupt(silence: 3) == [.interrupted, .listening])
        #expect(turn.silenced)
        _ = turn.advance(Decision(), tokens: tokens)
        _ = turn.advance(Decision(), tokens: tokens)
        #expect(turn.silenced)
        _ = turn.advance(Decision(), tokens: tokens)
        #expect(!turn.silenced)
        _ = turn.interrupt(silence: 3)
        _ = turn.advance(Decision(think: 1), tokens: tokens)
        #expect(turn.silenced, "the request was over before")
        turn.begin()
        _ = turn.advance(Decision(think: 1), tokens: tokens)
        #expect(!turn.silenced)
    }

    /// A model that was broken off goes on with its word where it may speak again too soon.
    @Test func whoWasStoppedSettlesForFiveSlices() {
        var turn = Turn()
        #expect(turn.settling(5) == 0)
        _ = turn.interrupt(silence: 25)
        #expect(turn.settling(5) == 5)
        for left in [4, 3, 2, 1, 0, 0] {
            _ = turn.advance(Decision(), tokens: tokens)
            #expect(turn.settling(5) == left)
        }
        _ = turn.interrupt(silence: 25)
        #expect(turn.settling(5) == 5)
        turn.speakUp()
        #expect(turn.settling(5) == 0)
    }

    @Test func interruptingSilenceChangesNothing() {
        var turn = Turn()
        #expect(turn.interrupt(silence: 3) == [])
    }
}

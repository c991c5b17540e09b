// τ-voice's events on timelines written by hand, on both sides of each window.

import Testing

@testable import Evaluation

@Suite struct InteractionTests {
    private typealias Sound = InteractionJudge.Sound

    private func judge(
        _ sounds: [Sound], _ speech: [(Double, Double)], finished: [Double] = [], seconds: Double = 20,
        tick: Double = 0.01
    ) -> [Interaction] {
        InteractionJudge(
            sounds: sounds, speech: speech.map { Recording.Span(start: $0.0, end: $0.1) }, finished: finished,
            seconds: seconds, tick: tick
        ).interactions
    }

    private func turn(_ start: Double, _ end: Double, isAsking: Bool = true) -> Sound {
        Sound(kind: .turn, start: start, end: end, isAsking: isAsking)
    }

    // MARK: Yields

    /// An interruption from 5 to 7.5 s, while the assistant speaks from 2 s on.
    private func interruption(speechEnd: Double, tick: Double = 0.01) -> Interaction {
        judge([turn(5, 7.5)], [(2, speechEnd)], tick: tick)[0]
    }

    @Test func whoIsSilentWithinTwoSecondsYields() {
        let early = interruption(speechEnd: 6.98), late = interruption(speechEnd: 7.02)
        #expect(early.wasSpeaking && abs(early.yieldSeconds! - 1.98) < 1e-9)
        #expect(late.wasSpeaking && late.yieldSeconds == nil)
    }

    /// Their loop looks at the ticks from the start on, not at the one at the window's end.
    @Test func ofTicksOfTwoHundredMillisecondsTheTenthCountsAndTheEleventhDoesNot() {
        let early = interruption(speechEnd: 6.8, tick: 0.2), late = interruption(speechEnd: 6.81, tick: 0.2)
        #expect(abs(early.yieldSeconds! - 1.8) < 1e-9 && late.yieldSeconds == nil)
    }

    @Test(arguments: [Interaction.Kind.backChannel, .vocalTic, .sideTalk])
    func whoIsSilentWithinASecondOfAnAsideIsWrong(_ kind: Interaction.Kind) {
        func aside(_ speechEnd: Double) -> Interaction {
            judge([Sound(kind: kind, start: 5, end: 5.4)], [(2, speechEnd)])[0]
        }
        #expect(aside(5.98).isIgnored == false && aside(6.02).isIgnored == true)
        #expect(aside(5.98).isAnswered == nil && aside(5.98).interruptions == 0)
    }

    @Test func anAnswerThatEndsByItselfTellsNothing() {
        func aside(_ finished: [Double]) -> Interaction {
            judge([Sound(kind: .vocalTic, start: 5, end: 5.4)], [(2, 5.8)], finished: finished)[0]
        }
        #expect(aside([]).isIgnored == false)
        // The last word's text may come a second before the silence, or half a second after.
        #expect(aside([4.85]).isIgnored == nil && aside([6.25]).isIgnored == nil)
        #expect(aside([4.75]).isIgnored == false && aside([6.35]).isIgnored == false)
    }

    // MARK: Sounds in silence

    @Test(arguments: [Interaction.Kind.vocalTic, .sideTalk])
    func whoSpeaksWithinTwoSecondsOfASoundResponds(_ kind: Interaction.Kind) {
        func sound(_ speechStart: Double) -> Interaction {
            judge([Sound(kind: kind, start: 5, end: 5.4)], [(speechStart, speechStart + 1)])[0]
        }
        #expect(sound(7.39).isIgnored == false && sound(7.42).isIgnored == true)
        // During the sound it counts; before, it would be over speech.
        #expect(sound(5.1).isIgnored == false)
        #expect(!sound(7.39).wasSpeaking && sound(4.5).wasSpeaking)
    }

    @Test func aBackChannelInSilenceIsNoEvent() {
        let event = judge([Sound(kind: .backChannel, start: 5, end: 5.4)], [(6, 7)])[0]
        #expect(event.isIgnored == nil && event.isRespondedTo == nil)
    }

    // MARK: Answers

    @Test func anAnswerCountsBeforeTheNextTurnAndNotAfter() {
        func first(_ speech: (Double, Double)) -> Interaction { judge([turn(1, 3), turn(6, 8)], [speech])[0] }
        let answered = first((3.5, 5)), late = first((6.5, 7.5))
        #expect(answered.isAnswered == true && abs(answered.answerSeconds! - 0.5) < 1e-9)
        #expect(late.isAnswered == false && late.answerSeconds == nil)
    }

    @Test func aTurnWithoutAnyAnswerIsUnansweredAlsoAtTheEnd() {
        #expect(judge([turn(1, 3)], [])[0].isAnswered == false)
        #expect(judge([turn(1, 3, isAsking: false)], [])[0].isAnswered == nil)
    }

    @Test func anAsideIsNoNextTurn() {
        let tic = Sound(kind: .vocalTic, start: 3.4, end: 3.6)
        #expect(judge([turn(1, 3), tic], [(4, 5)])[0].isAnswered == true)
    }

    @Test func anInterruptionThatIsYieldedToWantsAnAnswerAndOneThatIsNotDoesNot() {
        let yielded = judge([turn(5, 7)], [(2, 5.5), (7.4, 9)])[0], talkedOver = judge([turn(5, 7)], [(2, 9)])[0]
        #expect(yielded.isAnswered == true && abs(yielded.answerSeconds! - 0.4) < 1e-9)
        #expect(talkedOver.isAnswered == nil)
    }

    // MARK: Interruptions by the assistant

    @Test func eachStartDuringATurnIsAnInterruption() {
        let events = judge([turn(1, 4)], [(0.5, 0.9), (1.5, 2), (2.5, 4.5)])
        #expect(events[0].interruptions == 2 && events[0].isAnswered == nil)
        #expect(judge([turn(1, 4)], [(4.01, 5)])[0].interruptions == 0)
    }

    /// In their ticks, an answer within the tick of the last word begins during the turn.
    @Test func aFastAnswerIsAnInterruptionInTicksOnly() {
        let speech = [(4.18, 6.0)]
        let fine = judge([turn(1, 4.1)], speech)[0], coarse = judge([turn(1, 4.1)], speech, tick: 0.2)[0]
        #expect(fine.interruptions == 0 && abs(fine.answerSeconds! - 0.08) < 1e-9)
        #expect(coarse.interruptions == 1 && coarse.isAnswered == nil)
    }

    // MARK: From a log

    @Test func aPauseInTheAnswerIsNoYield() {
        func yield(_ pause: Double, _ answers: [TalkLog.Answer] = []) -> Double? {
            var frames = [Bool](repeating: true, count: 1000)
            for i in 520..<520 + Int(pause * 100) { frames[i] = false }
            var log = TalkLog()
            log.seconds = 10
            log.loudness = Loudness(frames)
            log.turns = [TalkLog.Turn(index: 0, start: 5, end: 5.4, wasTalking: true)]
            log.answers = answers
            let scene = Rehearsal.scene([SceneTurn(.say("uh huh", nil), role: .backChannel)])
            return InteractionJudge.judge(scene, log)[0]!.yieldSeconds
        }
        #expect(yield(0.29) == nil)
        #expect(abs(yield(0.31)! - 0.2) < 1e-9)
        // A pause between sentences is one where the protocol says that the same answer goes on after it.
        let whole = TalkLog.Answer(begun: 1, ended: 9), open = TalkLog.Answer(begun: 1)
        #expect(yield(0.8, [whole]) == nil && yield(0.8, [open]) == nil)
        #expect(abs(yield(1.6, [whole])! - 0.2) < 1e-9, "too long a pause")
        let broken = TalkLog.Answer(begun: 1, ended: 5.25, interrupted: true)
        #expect(abs(yield(0.8, [broken, TalkLog.Answer(begun: 6, ended: 9)])! - 0.2) < 1e-9)
        #expect(abs(yield(0.8, [TalkLog.Answer(begun: 1, ended: 9, isGuessed: true)])! - 0.2) < 1e-9)
    }

    @Test func noiseAndWaitsAreNoEvents() throws {
        let scene = Rehearsal.scene([
            .request(), SceneTurn(.sound(.noise, seconds: 0.5, level: nil, text: nil)), SceneTurn(.wait(1)),
        ])
        let rows = try Rehearsal.rows(.turnTaking, scene, FakeAssistant(.polite))
        #expect(rows.map(\.interaction?.kind) == [.turn, nil, nil])
        #expect(rows[0].interactionCoarse?.isAnswered == true)
    }
}

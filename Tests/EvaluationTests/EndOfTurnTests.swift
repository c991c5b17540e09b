// Silences taken for the end of a turn, and late ends.

import Testing

@testable import Evaluation

@Suite struct EndOfTurnTests {
    private func hold(_ seconds: Double, fired: Double? = nil) -> TurnSilence {
        TurnSilence(seconds: seconds, fired: fired)
    }

    private func end(_ fired: Double?) -> TurnSilence { TurnSilence(seconds: nil, fired: fired) }

    @Test func aSilenceThatIsLongerThanTheDecisionIsCutOff() {
        func cutOffs(_ silence: TurnSilence, delay: Double = 0.2, timeout: Double = 3) -> Int {
            EndOfTurn.point([silence], delay: delay, timeout: timeout).cutOffs
        }
        #expect(cutOffs(hold(0.51, fired: 0.5)) == 1 && cutOffs(hold(0.5, fired: 0.5)) == 0)
        #expect(cutOffs(hold(0.7, fired: 0.5), delay: 0.8) == 0 && cutOffs(hold(0.9, fired: 0.5), delay: 0.8) == 1)
        // Without a decision the timeout decides.
        #expect(cutOffs(hold(1.9), timeout: 2) == 0 && cutOffs(hold(2.1), timeout: 2) == 1)
    }

    @Test func silencesFromTwoHundredMillisecondsToFiveSecondsCount() {
        func cutOffs(_ seconds: Double) -> Int {
            EndOfTurn.point([hold(seconds, fired: 0)], delay: 0.1, timeout: 3).cutOffs
        }
        #expect(cutOffs(0.19) == 0 && cutOffs(0.21) == 1 && cutOffs(4.99) == 1 && cutOffs(5.01) == 0)
    }

    @Test func theLatencyIsThatOfTheDecisionDelayedOrOfTheTimeout() {
        func latency(_ fired: Double?) -> Double { EndOfTurn.point([end(fired)], delay: 0.3, timeout: 2).latency }
        #expect(latency(0.1) == 0.3 && latency(0.7) == 0.7 && latency(2.5) == 2 && latency(nil) == 2)
    }

    private func figures(_ silences: [TurnSilence]) -> [String: Figure] {
        Dictionary(uniqueKeysWithValues: EndOfTurn.figures("", silences).map { ($0.name, $0) })
    }

    /// Ten turns with a pause of 0.9 s, of which `cut` are answered after 0.5 s; the ends take 0.25 s.
    private func turns(cut: Int, latency: Double = 0.25) -> [TurnSilence] {
        (0..<10).flatMap { i in i < cut ? [hold(0.9, fired: 0.5)] : [hold(0.9), end(latency)] }
    }

    @Test func theBestPolicyWithinTheBudgetIsShown() {
        let good = figures(turns(cut: 0)), bad = figures(turns(cut: 3))
        #expect(good["cut-offs-at-300-ms"]?.value == 0 && good["cut-offs-at-300-ms"]?.n == 10)
        #expect(good["latency-at-5-percent"]?.value == 0.25)
        #expect(abs(bad["cut-offs-at-600-ms"]!.value! - 0.3) < 1e-9)
        // A delay of 0.9 s is the shortest without a cut-off.
        #expect(abs(bad["latency-at-5-percent"]!.value! - 0.9) < 1e-9)
        #expect(bad["latency-at-10-percent"]?.n == 7)
    }

    @Test func aSystemThatIsNeverThatFastHasNoFigure() {
        let slow = figures(turns(cut: 0, latency: 0.5))
        #expect(slow["cut-offs-at-300-ms"]?.value == nil && slow["cut-offs-at-600-ms"]?.value == 0)
    }

    @Test func silenceAloneIsTheBaseline() {
        let baseline = figures(turns(cut: 0))
        #expect(baseline["silence-alone.cut-offs-at-300-ms"]?.value == 1)
        #expect(abs(baseline["silence-alone.latency-at-5-percent"]!.value! - 0.9) < 1e-9)
        #expect(EndOfTurn.figures("", [end(1)]).isEmpty)
    }

    // MARK: From a log

    /// A turn from 1 to 4 s with a silence from 2 to 2.8 s.
    private func silences(_ signs: [Double]) -> [TurnSilence] {
        let turn = TalkLog.Turn(
            index: 0, start: 1, end: 4, wasTalking: false, silences: [Recording.Span(start: 2, end: 2.8)])
        return TurnSilence.list(turn, next: 9) { from, to in signs.first { from <= $0 && $0 < to } }
    }

    @Test func whatComesAfterTheFirstSignIsLeftOut() {
        func lists(_ signs: [Double]) -> [[Double?]] {
            silences(signs).map { [$0.seconds, $0.fired].map { $0.map { ($0 * 100).rounded() / 100 } } }
        }
        #expect(lists([4.3]) == [[0.8, nil], [nil, 0.3]])
        #expect(lists([]) == [[0.8, nil], [nil, nil]])
        #expect(lists([2.5, 4.3]) == [[0.8, 0.5]])
        // In the caller's speech: an interruption, not a decision about a silence.
        #expect(lists([1.5, 4.3]) == [])
        #expect(lists([3.5, 4.5]) == [[0.8, nil]])
        // The softest end of the last word is its end.
        #expect(lists([3.97]) == [[0.8, nil], [nil, 0]])
    }

    @Test func aClipsSilencesAreFoundFromAHundredMillisecondsOn() {
        func clip(_ seconds: Double) -> [Recording.Span] {
            let voice = Rehearsal.speech(0.5).samples
            return Clip(voice + [Float](repeating: 0, count: Int(seconds * 16_000)) + voice).silences
        }
        #expect(clip(0.09).isEmpty && clip(0.1) == [Recording.Span(start: 0.5, end: 0.6)])
    }

    @Test func whoAnswersAHesitationIsCutOffAndWhoWaitsIsNot() throws {
        let scene = Rehearsal.scene([
            SceneTurn(.say("01234567890123456789", .init(at: 0.5, seconds: 1.5)), role: .request)
        ])
        let good = try Rehearsal.rows(.pause, scene, FakeAssistant(.mute))[0].silences!
        let bad = try Rehearsal.rows(.pause, scene, FakeAssistant(.answersPauses))[0].silences!
        #expect(good.map { $0.fired == nil } == [true, true])
        #expect(bad.count == 1 && abs(bad[0].fired! - 0.22) < 0.03 && abs(bad[0].seconds! - 1.5) < 0.02)
    }
}

// What the engine is told of the floor, from probabilities.

import Dialogue
import Testing

@testable import Families
@testable import Floor

@Suite struct FloorSenseTests {
    private let rule = FloorRule(over: 0.5, overSlices: 1, yield: 0.6, yieldSlices: 1)

    /// The signals of slices with these probabilities of speech, and of the turn's end where there is none.
    private func signals(
        _ speech: [Float], over: Float = 0, yield: Float = 0, likelihood: Float = .nan, speaking: Range<Int> = 0..<0
    ) -> [FloorSignal] {
        var sense = FloorSense()
        return speech.enumerated().map { i, value in
            let output = FloorOutput(
                speech: value, over: value < 0.3 ? over : 0, yield: yield, kinds: [1, 0, 0, 0, 0, 0])
            return sense.sense(output, likelihood: likelihood, isSpeaking: speaking.contains(i), rule)
        }
    }

    /// The index of the first slice of which `isTrue`.
    private func first(_ signals: [FloorSignal], _ isTrue: (FloorSignal) -> Bool) -> Int? {
        signals.firstIndex(where: isTrue)
    }

    private let turn: [Float] = [0.8, 0.95, 0.5, 0.31]

    @Test func aTurnBeginsWhereItIsSurelyMeantForUs() {
        #expect(signals(turn).map(\.isSpeech) == [false, true, true, true])
        #expect(first(signals([Float](repeating: 0.89, count: 100))) { $0.isSpeech } == nil, "side talk")
    }

    @Test func whoSpokeGoesOnForTwoSeconds() {
        func again(after slices: Int) -> Bool {
            signals(turn + [Float](repeating: 0, count: slices) + [0.6]).last!.isSpeech
        }
        #expect(again(after: 25) && !again(after: 26))
    }

    @Test func theTurnEndsWhenTheMindWouldAnswer() {
        let silence = [Float](repeating: 0, count: 20)
        func end(_ likelihood: Float) -> Int? {
            first(signals([0.95] + silence, over: 0.6, likelihood: likelihood)) { $0.isOver }
        }
        #expect(end(-0.1) == 1 && end(-5) == 1)
        #expect(end(-5.1) == 12, "960 ms")
        let held = signals([0.95] + silence, over: 0.6, likelihood: -5.1)
        #expect(first(held) { $0.soundsOver } == 1, "whatever the mind says")
        #expect(end(.nan) == 5, "400 ms")
        #expect(first(signals([0.95] + silence, over: 0.4, likelihood: -0.1)) { $0.isOver } == nil)
    }

    @Test func whoSpeaksOnJustWhenTheAnswerBeginsHasTheFloor() {
        let speech = [Float](repeating: 0.95, count: 8)
        #expect(first(signals(speech, speaking: 1..<8)) { $0.wantsFloor } == 2)
        #expect(first(signals(speech, speaking: 0..<8)) { $0.wantsFloor } == 2)
        // An echo begins after the answer, and the end of a turn is short.
        #expect(first(signals([0] + speech, speaking: 0..<9)) { $0.wantsFloor } == nil)
        #expect(first(signals([0.95, 0.95, 0, 0, 0], speaking: 1..<5)) { $0.wantsFloor } == nil)
        // Nobody gives back what they do not have.
        #expect(first(signals(speech)) { $0.wantsFloor } == nil)
    }

    @Test func laterOnlyWhatIsNearlySurelyAnInterruptionTakesTheFloor() {
        func taken(_ yield: Float) -> Int? {
            first(signals([Float](repeating: 0, count: 20), yield: yield, speaking: 1..<20)) { $0.wantsFloor }
        }
        #expect(taken(0.86) == 3)
        #expect(taken(0.84) == 8 && taken(0.5) == 8, "after 640 ms")
        #expect(taken(0.49) == nil)
    }
}

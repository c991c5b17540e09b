// Decisions from probabilities.

import Testing

@testable import Floor

@Suite struct FloorRuleTests {
    private let rule = FloorRule(over: 0.5, overSlices: 2, yield: 0.75, yieldSlices: 3)

    /// The actions of a session whose voice speaks or not, for one probability in every slice.
    private func actions(_ values: [Float], isSpeaking: Bool) -> [FloorAction] {
        var count = FloorRule.Count()
        return values.map {
            rule.decide(FloorOutput(speech: 0, over: $0, yield: $0, kinds: []), isSpeaking: isSpeaking, &count)
        }
    }

    @Test func theTurnIsTakenAfterEnoughSlicesInARow() {
        #expect(
            actions([0.5, 0.49, 0.5, 0.5, 0.9, 0.1], isSpeaking: false)
                == [.listen, .listen, .listen, .take, .take, .listen])
    }

    @Test func theVoiceYieldsAfterEnoughSlicesInARow() {
        #expect(
            actions([0.75, 0.75, 0.74, 0.75, 0.75, 0.75], isSpeaking: true)
                == [.goOn, .goOn, .goOn, .goOn, .goOn, .yield])
    }

    @Test func theEndOfAnotherTurnDoesNotStopTheVoiceInItsFirstSlices() {
        #expect(actions([1, 1, 1, 1, 1], isSpeaking: true) == [.goOn, .goOn, .goOn, .goOn, .yield])
    }

    @Test func whatWasCountedWhileSpeakingDoesNotCountAfterwards() {
        var count = FloorRule.Count()
        let sure = FloorOutput(speech: 0, over: 1, yield: 1, kinds: [])
        #expect(rule.decide(sure, isSpeaking: false, &count) == .listen)
        #expect(rule.decide(sure, isSpeaking: true, &count) == .goOn)
        #expect(rule.decide(sure, isSpeaking: false, &count) == .listen)
        #expect(rule.decide(sure, isSpeaking: false, &count) == .take)
    }
}

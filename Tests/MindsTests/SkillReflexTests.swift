// An embedded mind with the server's skills.

import Dialogue
import Testing

@testable import Minds

@Suite struct SkillReflexTests {
    @Test func skillsAnswerBeforeTheModelAndKnowWhatItSaid() {
        let moment = Skills.Moment(year: 2026, month: 11, day: 29, hour: 15, minute: 0)
        let hand = HandMind { $0.reflex = { SkillReflex(seed: 1) { moment } } }, session = hand.session()!
        session.take(.hear("what is two plus three"), .answer(1, isProvisional: false))
        hand.run()
        #expect(session.events().text(1).lowercased() == "two plus three is five.")
        session.take(.hear("aaaa"), .answer(2, isProvisional: false))
        hand.run()
        let answer = session.events().text(2)
        session.take(.hear("say that again"), .answer(3, isProvisional: false))
        hand.run()
        #expect(!answer.isEmpty && session.events().text(3) == answer)
    }
}

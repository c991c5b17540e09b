// Error rates of the skills on lists of everyday requests.

import Testing

@testable import Minds

@Suite struct SkillListTests {
    @Test func tunedRequestsAreAnswered() {
        for failure in RequestLists.missed(RequestLists.tunedTaken) { Issue.record("\(failure)") }
    }

    @Test func tunedOrdinaryTalkIsLeftAlone() {
        for failure in RequestLists.grabbed(RequestLists.tunedLeft) { Issue.record("\(failure)") }
    }

    /// Says how many, not which: these lists measure.
    @Test func heldOutRequestsAreAnswered() {
        let missed = RequestLists.missed(RequestLists.heldOutTaken).count,
            count = RequestLists.lines(RequestLists.heldOutTaken).count
        #expect(missed * 50 <= count, "\(missed) of \(count) missed")
    }

    @Test func heldOutOrdinaryTalkIsLeftAlone() {
        let grabbed = RequestLists.grabbed(RequestLists.heldOutLeft).count,
            count = RequestLists.lines(RequestLists.heldOutLeft).count
        #expect(grabbed * 50 <= count, "\(grabbed) of \(count) grabbed")
    }

    @Test func listsHaveTheirSizes() {
        let taken = RequestLists.lines(RequestLists.tunedTaken) + RequestLists.lines(RequestLists.heldOutTaken)
        let left = RequestLists.lines(RequestLists.tunedLeft) + RequestLists.lines(RequestLists.heldOutLeft)
        #expect(taken.count >= 250 && left.count >= 150, "\(taken.count), \(left.count)")
        #expect(Set((taken + left).map { ($0.before + [$0.request]).joined(separator: "/") }).count > 430)
    }

    /// A checker that finds nothing is none.
    @Test func aWrongAnswerIsFound() {
        #expect(RequestLists.missed("sum | five | what is two plus two").count == 1)
        #expect(RequestLists.missed("sum | five | why is the sky blue").count == 1)
        #expect(RequestLists.grabbed("sum | what is two plus two").count == 1)
    }
}

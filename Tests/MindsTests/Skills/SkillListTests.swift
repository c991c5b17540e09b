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

    @Test func heldOutRates() {
        let missed = RequestLists.missed(RequestLists.heldOutTaken),
            grabbed = RequestLists.grabbed(RequestLists.heldOutLeft)
        print(
            "held out: missed \(missed.count) of \(RequestLists.lines(RequestLists.heldOutTaken).count), grabbed \(grabbed.count) of \(RequestLists.lines(RequestLists.heldOutLeft).count)"
        )
    }
}

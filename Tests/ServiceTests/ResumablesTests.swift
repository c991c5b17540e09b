// The sessions that may be taken up again, as the socket thread knows them.

import Basics
import Testing
import Wire

@testable import Service

@Suite struct ResumablesTests {
    @Test func aSessionIsKnownUntilItEndsAndHasRoomForFour() {
        var sessions = Resumables(), random = Random(seed: 1)
        let ticket = ResumeTicket(seconds: 9, random: &random), other = ResumeTicket(seconds: 9, random: &random)
        #expect(sessions.answer("a") == .unknown && sessions.enter("a") == nil)
        sessions.add("a", worker: 3, ticket: ticket)
        for _ in 0..<Resumables.candidatesMax {
            #expect(sessions.answer("a") == .welcome)
            #expect(sessions.enter("a") == 3)
        }
        #expect(sessions.answer("a") == .crowded)
        // Strangers keep nobody out who has the token.
        #expect(sessions.answer("a", token: ticket.token) == .welcome)
        #expect(sessions.answer("a", token: other.token) == .unknown)
        sessions.leave("a")
        #expect(sessions.answer("a") == .welcome)
        sessions.remove("a")
        sessions.leave("a")
        #expect(sessions.answer("a") == .unknown)
    }
}

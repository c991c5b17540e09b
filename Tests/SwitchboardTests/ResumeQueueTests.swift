// Who waits to take up a session.

import Basics
import Testing

@testable import Switchboard

@Suite struct ResumeQueueTests {
    private func guest(_ came: Int64, session: String? = nil, hasToken: Bool = false) -> ResumeQueue.Candidate {
        ResumeQueue.Candidate(
            link: Int(came), remote: "a", session: session ?? "duet_\(came)", came: Instant(nanoseconds: came),
            hasToken: hasToken)
    }

    @Test func guestsLeaveOnceAndTheLateAreKnown() {
        var lobby = ResumeQueue()
        #expect(lobby.isEmpty)
        for (id, came) in [(4, 10), (2, 30), (3, 20)] as [(Int, Int64)] { lobby.enter(id, guest(came)) }
        #expect(lobby.late(Instant(nanoseconds: 10)) == [] && lobby.late(Instant(nanoseconds: 21)) == [3, 4])
        #expect(lobby.leave(3)?.session == "duet_20" && lobby.leave(3) == nil)
        #expect(lobby.all == [2, 4] && !lobby.isEmpty)
    }

    @Test func ofTooManyTheOldestWhoHasNotShownTheTokenGivesWay() {
        var lobby = ResumeQueue()
        lobby.enter(1, guest(1, session: "a", hasToken: true))
        for id in 2...4 { lobby.enter(id, guest(Int64(id), session: "a")) }
        lobby.enter(9, guest(9, session: "b"))
        #expect(lobby.oneTooMany("a") == nil)
        lobby.enter(5, guest(5, session: "a"))
        #expect(lobby.oneTooMany("a") == 2 && lobby.oneTooMany("b") == nil)
        for id in 2...5 { _ = lobby.leave(id) }
        for id in 6...9 { lobby.enter(id, guest(Int64(id), session: "a", hasToken: true)) }
        #expect(lobby.oneTooMany("a") == 1)
    }
}

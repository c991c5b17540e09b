// Who waits to take up a session.

import Basics
import Testing
import Wire

@testable import Sockets
@testable import duet

@Suite struct LobbyTests {
    private func guest(_ came: Int64) -> Lobby.Guest {
        let connection = Connection(
            UpgradeRequest(path: "/v1/duplex"), loop: ServiceLoop(),
            socket: SocketHandle(pointer: OpaquePointer(bitPattern: 8)!), bytesMax: 0)
        return Lobby.Guest(
            connection: connection, inlet: Inlet(), session: "duet_\(came)", came: Instant(nanoseconds: came))
    }

    @Test func guestsLeaveOnceAndTheLateAreKnown() {
        var lobby = Lobby()
        #expect(lobby.isEmpty)
        for (id, came) in [(4, 10), (2, 30), (3, 20)] as [(Int, Int64)] { lobby.enter(id, guest(came)) }
        #expect(lobby.late(Instant(nanoseconds: 10)) == [] && lobby.late(Instant(nanoseconds: 21)) == [3, 4])
        #expect(lobby.leave(3)?.session == "duet_20" && lobby.leave(3) == nil)
        #expect(lobby.all == [2, 4] && !lobby.isEmpty)
    }

    @Test func aSessionIsKnownUntilItEndsAndHasRoomForFour() {
        var sessions = Resumables()
        let ticket = ResumeTicket(seconds: 9)
        #expect(sessions.answer("a") == .unknown && sessions.enter("a") == nil)
        sessions.add("a", worker: 3, ticket: ticket)
        for _ in 0..<Resumables.guestsMax {
            #expect(sessions.answer("a") == .welcome)
            #expect(sessions.enter("a") == 3)
        }
        #expect(sessions.answer("a") == .crowded)
        // Strangers keep nobody out who has the token.
        #expect(sessions.answer("a", token: ticket.token) == .welcome)
        #expect(sessions.answer("a", token: ResumeTicket(seconds: 9).token) == .unknown)
        sessions.leave("a")
        #expect(sessions.answer("a") == .welcome)
        sessions.remove("a")
        sessions.leave("a")
        #expect(sessions.answer("a") == .unknown)
    }
}

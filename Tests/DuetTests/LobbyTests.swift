// Who waits to take up a session.

import Basics
import Testing
import Wire

@testable import Sockets
@testable import duet

@Suite struct LobbyTests {
    private func guest(_ came: Int64, session: String? = nil, hasToken: Bool = false) -> Lobby.Guest {
        let connection = Connection(
            UpgradeRequest(path: "/v1/duplex"), loop: ServiceLoop(),
            socket: SocketHandle(pointer: OpaquePointer(bitPattern: 8)!), bytesMax: 0)
        return Lobby.Guest(
            connection: connection, inlet: Inlet(), session: session ?? "duet_\(came)",
            came: Instant(nanoseconds: came),
            hasToken: hasToken)
    }

    @Test func guestsLeaveOnceAndTheLateAreKnown() {
        var lobby = Lobby()
        #expect(lobby.isEmpty)
        for (id, came) in [(4, 10), (2, 30), (3, 20)] as [(Int, Int64)] { lobby.enter(id, guest(came)) }
        #expect(lobby.late(Instant(nanoseconds: 10)) == [] && lobby.late(Instant(nanoseconds: 21)) == [3, 4])
        #expect(lobby.leave(3)?.session == "duet_20" && lobby.leave(3) == nil)
        #expect(lobby.all == [2, 4] && !lobby.isEmpty)
    }

    @Test func ofTooManyTheOldestWhoHasNotShownTheTokenGivesWay() {
        var lobby = Lobby()
        lobby.enter(1, guest(1, session: "a", hasToken: true))
        for id in 2...4 { lobby.enter(id, guest(Int64(id), session: "a")) }
        lobby.enter(9, guest(9, session: "b"))
        #expect(lobby.supernumerary("a") == nil)
        lobby.enter(5, guest(5, session: "a"))
        #expect(lobby.supernumerary("a") == 2 && lobby.supernumerary("b") == nil)
        for id in 2...5 { _ = lobby.leave(id) }
        for id in 6...9 { lobby.enter(id, guest(Int64(id), session: "a", hasToken: true)) }
        #expect(lobby.supernumerary("a") == 1)
    }

    @Test func aSessionIsKnownUntilItEndsAndHasRoomForFour() {
        var sessions = Resumables(), random = Random(seed: 1)
        let ticket = ResumeTicket(seconds: 9, random: &random), other = ResumeTicket(seconds: 9, random: &random)
        #expect(sessions.answer("a") == .unknown && sessions.enter("a") == nil)
        sessions.add("a", worker: 3, ticket: ticket)
        for _ in 0..<Resumables.guestsMax {
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

// Clients that lose their connection and come back on another: the slot is kept, and the conversation's time goes on.

internal import Basics
internal import Sockets
internal import Synchronization
internal import Wire

extension Worker {
    /// Whether the one who closed with `code` may come back: it was cut off (nil), or gave up waiting for a ping's answer, as
    /// libraries do (1011).
    static func isCutOff(_ code: UInt16?) -> Bool { code == nil || code == 1011 }

    /// Why a session ended whose connection was closed with `code`, be it the client's or the server's (RFC 6455 §7.4.1).
    static func endReason(_ code: UInt16?) -> String {
        switch code {
        case nil, 1011: "connection_lost"
        case 1002, 1003, 1007, 1009, 1010: "protocol_error"
        default: "client_closed"
        }
    }

    /// Gives a client whose protocol can resume its ticket.
    func issueTicket(_ id: Int) {
        guard resumeSeconds > 0, let client = clients[id], let wire = client.wire as? any ResumableProtocol else {
            return
        }
        var random = SystemRandomNumberGenerator()
        let ticket = ResumeTicket(seconds: resumeSeconds, random: &random)
        wire.ticket = ticket
        loads.state.withLock { $0.resumables.add(client.id, worker: index, ticket: ticket) }
    }

    /// A connection is closed. Who meant to go has gone; who was cut off may come back for a while.
    func leave(_ id: Int, code: UInt16?, at now: Instant) {
        if let guest = lobby.leave(id) { return strike(guest) }
        guard Self.isCutOff(code), let wire = clients[id]?.wire as? any ResumableProtocol, wire.ticket != nil else {
            return end(id, reason: Self.endReason(code), at: now)
        }
        act()
        wire.lost()
        clients[id]!.lost = now
        metrics.add("duet_sessions_held")
        stand()
        log("session held", id)
    }

    /// The first message on a connection that is to take up a session.
    func resume(_ id: Int, _ text: String, at now: Instant) {
        guard let guest = lobby.leave(id) else { return }
        strike(guest)
        guard let request = ResumeRequest(text) else { return refuse(guest, ResumeRequest.missing) }
        guard request.id == guest.session, let old = clients.first(where: { $0.value.id == request.id })?.key,
            let wire = clients[old]!.wire as? any ResumableProtocol, wire.ticket?.matches(request.token) == true
        else { return refuse(guest, ResumeRequest.refusal) }
        guard clients[old]!.events.isLeft(at: now) else { return refuse(guest, wire.flooded()) }
        clients[old]!.events.spend(1, at: now)
        act()
        var client = clients.removeValue(forKey: old)!
        client.connection.send([ResumeRequest.replaced])
        if client.lost != nil { metrics.add("duet_sessions_held", -1) }
        (client.connection, client.inlet, client.lost) = (guest.connection, guest.inlet, nil)
        clients[id] = client
        clientOfSlot[client.slot.index] = id
        client.connection.send(wire.resumed(after: request.lastSequence))
        metrics.add("duet_sessions_resumed_total")
        log("session resumed", id)
    }

    /// Audio, where the session's token was to come.
    func refuse(_ id: Int) {
        guard let guest = lobby.leave(id) else { return }
        strike(guest)
        refuse(guest, ResumeRequest.missing)
    }

    /// Those who said nothing for too long, and sessions that nobody came back to.
    func expireLost(at now: Instant) {
        for id in lobby.late(now.advanced(milliseconds: -1000 * Self.startSecondsMax)) { refuse(id) }
        let kept = Int64(resumeSeconds) * 1_000_000_000
        for (id, client) in clients {
            if let lost = client.lost, now.since(lost) > kept { end(id, reason: "connection_lost", at: now) }
        }
    }

    /// The server stops.
    func emptyLobby() {
        for id in lobby.all {
            guard let guest = lobby.leave(id) else { continue }
            strike(guest)
            guest.connection.send([.close(code: 1001, reason: "server_draining")])
        }
    }

    private func refuse(_ guest: Lobby.Guest, _ messages: [WireMessage]) {
        metrics.add("duet_protocol_errors_total")
        guest.connection.send(messages)
    }

    private func strike(_ guest: Lobby.Guest) { loads.state.withLock { $0.resumables.leave(guest.session) } }

    private func log(_ what: String, _ id: Int) {
        guard let client = clients[id] else { return }
        Log.info(what, [("session", .string(client.id)), ("remote", .string(client.connection.request.remote))])
    }
}

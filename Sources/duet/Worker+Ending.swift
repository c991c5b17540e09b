// How sessions end: by their clients, by the clock, for somebody else, with the server.

internal import Basics
internal import Dialogue
internal import Sockets
internal import Synchronization
internal import Wire

extension Worker {
    func end(_ id: Int, reason: String, at now: Instant) {
        act()
        guard let client = clients.removeValue(forKey: id) else { return }
        clientOfSlot[client.slot.index] = nil
        engine.release(client.slot)
        metrics.add("duet_sessions_active", -1)
        if client.lost != nil { metrics.add("duet_sessions_held", -1) }
        loads.state.withLock { $0.resumables.remove(client.id) }
        act()
        Log.info(
            "session closed",
            [
                ("session", .string(client.id)), ("reason", .string(reason)),
                ("remote", .string(client.connection.request.remote)),
                ("seconds", .number(Double(client.slices * model.plan.clock.slice_ms) / 1000)),
            ])
    }

    /// Clients that never started, and those whose time is over. Looked for ten times a second, however busy the worker is.
    func expire() {
        let now = MonotonicClock.now()
        guard now.since(expired) >= 100_000_000 else { return }
        expired = now
        for (id, client) in clients
        where !client.started && now.since(client.opened) > Self.startSecondsMax * 1_000_000_000 {
            client.connection.send(client.wire.timedOut())
            end(id, reason: "no_start", at: now)
        }
        if let secondsMax {
            for (id, client) in clients where now.since(client.opened) > Int64(secondsMax) * 1_000_000_000 {
                bid(id, farewell: "expired", at: now)
            }
        }
        expireLost(at: now)
    }

    /// A caller found the server full: the least deserving of the places that nobody uses is given up.
    func makeRoom(at now: Instant) {
        let places = clients.compactMap { id, client in client.idlePlace(id) }
        guard let id = IdlePlaces.leastDeserving(places, capacity: clientOfSlot.count, at: now) else { return }
        if let client = clients[id] { client.connection.send(client.wire.timedOut()) }
        end(id, reason: "gave_way", at: now)
    }

    /// The server ends a session.
    func bid(_ id: Int, farewell reason: String, at now: Instant) {
        tell(id, [.closed(reason: reason, seconds: seconds(id))])
        clients[id]?.connection.send([.close(code: 1001, reason: reason)])
        end(id, reason: reason, at: now)
    }
}

// How sessions end: by their client, by the clock, to make room, or with the server.

internal import Basics
internal import Dialogue
internal import Wire

extension Switchboard {
    /// Ends a session. Messages that are pending for its caller still leave. `code` is the connection's close code, if there
    /// was one; the code of a pending close takes precedence.
    func end(_ row: Int, reason: String, code: UInt16? = nil, at now: Instant) {
        guard isLive(row), let caller = callers[row] else { return }
        let code = caller.closingCode ?? code ?? Self.abnormalCode
        flush(row)
        if caller.isHeld { emit(.count(.sessionsHeld, -1)) } else { rows[caller.link] = nil }
        callers[row]!.state = .leaving
        callers[row]!.postponed = []
        engine.release(caller.slot)
        emit(.count(.sessionsActive, -1))
        emit(.withdrawn(session: caller.id))
        report(.closed(reason: reason, seconds: seconds(row)), row, code: code)
    }

    /// The code for a connection that ended without a close frame (RFC 6455 §7.1.5).
    private static let abnormalCode: UInt16 = 1006

    func report(_ what: SessionReport.What, _ row: Int, code: UInt16? = nil) {
        let caller = callers[row]!
        emit(
            .report(
                SessionReport(
                    what: what, session: caller.id, remote: caller.remote, protocolName: caller.protocolName,
                    figures: caller.figures, code: code)))
    }

    /// Tells the caller that its session is over, closes the connection with `code`, and ends it.
    func farewell(_ row: Int, reason: String, code: UInt16, text: String, at now: Instant) {
        guard isLive(row) else { return }
        notify(row, [.closed(reason: reason, seconds: seconds(row))])
        send([.close(code: code, reason: text)], row)
        end(row, reason: reason, at: now)
    }

    /// The server ends a session.
    func dismiss(_ row: Int, reason: String, at now: Instant) {
        farewell(row, reason: reason, code: 1001, text: reason, at: now)
    }

    /// Ends sessions that never started, and those whose time is up.
    func expire(at now: Instant) {
        for row in callers.indices {
            guard let caller = callers[row] else { continue }
            let age = now.since(caller.opened)
            if caller.state == .waiting, age > Self.startSecondsMax * 1_000_000_000 {
                send(caller.wire.timedOut(), row)
                end(row, reason: "no_start", at: now)
            } else if let most = rules.secondsMax, age > Int64(most) * 1_000_000_000 {
                dismiss(row, reason: "expired", at: now)
            }
        }
        expireLost(at: now)
    }

    /// A client found the server full: gives up the unused place with the weakest claim, if there is one.
    func makeRoom(at now: Instant) {
        let places = callers.indices.compactMap { callers[$0]?.idlePlace($0) }
        guard let row = IdlePlaces.leastDeserving(places, capacity: callers.count, at: now) else { return }
        send(callers[row]!.wire.timedOut(), row)
        end(row, reason: "gave_way", at: now)
    }

    /// A client that reads too slowly has lost messages. If it needs every event and has not closed, it is disconnected.
    func unsent(_ row: Int, count: Int, isOpen: Bool, at now: Instant) {
        callers[row]!.wire.unsent()
        emit(.count(.outputDroppedMessages, Double(count)))
        guard isOpen, callers[row]!.needsEveryEvent else { return }
        _ = callers[row]!.takeOutgoing()
        send([.close(code: 1008, reason: "too slow")], row)
        end(row, reason: "too_slow", at: now)
    }
}

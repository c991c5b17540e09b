// How sessions end: by their client, by the clock, to make room, or with the server.

internal import Basics
internal import Dialogue
internal import Wire

extension Switchboard {
    /// Ends a session. Messages that are pending for its caller still leave. `code` is the connection's close code, if there
    /// was one; the code of a pending close takes precedence.
    func end(_ place: Int, reason: String, code: UInt16? = nil, at now: Instant) {
        guard isLive(place), let caller = callers[place] else { return }
        let code = caller.closingCode ?? code ?? Self.abnormalCode
        flush(place)
        if caller.isHeld { emit(.count(.sessionsHeld, -1)) } else { placeOfLink[caller.link] = nil }
        callers[place]!.state = .leaving
        callers[place]!.postponed = []
        engine.release(caller.slot)
        emit(.count(.sessionsActive, -1))
        emit(.withdrawn(session: caller.id))
        report(.closed(reason: reason, seconds: seconds(place)), place, code: code)
    }

    /// The code for a connection that ended without a close frame (RFC 6455 §7.1.5).
    private static let abnormalCode: UInt16 = 1006

    func report(_ what: SessionReport.What, _ place: Int, code: UInt16? = nil) {
        let caller = callers[place]!
        emit(
            .report(
                SessionReport(
                    what: what, session: caller.id, remote: caller.remote, protocolName: caller.protocolName,
                    figures: caller.figures, code: code)))
    }

    /// Tells the caller that its session is over, closes the connection with `code`, and ends it.
    func farewell(_ place: Int, reason: String, code: UInt16, text: String, at now: Instant) {
        guard isLive(place) else { return }
        notify(place, [.closed(reason: reason, seconds: seconds(place))])
        send([.close(code: code, reason: text)], place)
        end(place, reason: reason, at: now)
    }

    /// The server ends a session.
    func dismiss(_ place: Int, reason: String, at now: Instant) {
        farewell(place, reason: reason, code: 1001, text: reason, at: now)
    }

    /// Ends sessions that never started, and those whose time is up.
    func expire(at now: Instant) {
        for place in callers.indices {
            guard let caller = callers[place] else { continue }
            let age = now.since(caller.opened)
            if caller.state == .waiting, age > Self.startSecondsMax * 1_000_000_000 {
                send(caller.wire.timedOut(), place)
                end(place, reason: "no_start", at: now)
            } else if let most = rules.secondsMax, age > Int64(most) * 1_000_000_000 {
                dismiss(place, reason: "expired", at: now)
            }
        }
        expireLost(at: now)
    }

    /// A client found the server full: gives up the unused place with the weakest claim, if there is one.
    func makeRoom(at now: Instant) {
        let places = callers.indices.compactMap { callers[$0]?.idlePlace($0) }
        guard let place = IdlePlaces.leastDeserving(places, capacity: callers.count, at: now) else { return }
        send(callers[place]!.wire.timedOut(), place)
        end(place, reason: "gave_way", at: now)
    }

    /// A client that reads too slowly has lost messages. If it needs every event and has not closed, it is disconnected.
    func unsent(_ place: Int, count: Int, isOpen: Bool, at now: Instant) {
        callers[place]!.wire.unsent()
        emit(.count(.outputDroppedMessages, Double(count)))
        guard isOpen, callers[place]!.needsEveryEvent else { return }
        _ = callers[place]!.takeOutgoing()
        send([.close(code: 1008, reason: "too slow")], place)
        end(place, reason: "too_slow", at: now)
    }
}

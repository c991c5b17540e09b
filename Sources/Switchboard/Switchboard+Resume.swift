// Clients that lose their connection and resume on another: the slot is kept, and the conversation's time goes on.

internal import Basics
internal import Wire

extension Switchboard {
    /// Whether a client that closed with `code` may resume: it was cut off (nil), or gave up waiting for a pong, as libraries
    /// do (1011).
    static func isCutOff(_ code: UInt16?) -> Bool { code == nil || code == 1011 }

    /// Why a session ended, from the close code that the client or the server sent (RFC 6455 §7.4.1).
    static func endReason(_ code: UInt16?) -> String {
        switch code {
        case nil, 1011: "connection_lost"
        case 1002, 1003, 1007, 1009, 1010: "protocol_error"
        default: "client_closed"
        }
    }

    /// Issues a ticket to a client whose protocol can resume.
    func issueTicket(_ place: Int) {
        guard rules.resumeSeconds > 0, let wire = callers[place]!.wire as? any ResumableProtocol else { return }
        let ticket = ResumeTicket(seconds: rules.resumeSeconds, random: &random)
        wire.ticket = ticket
        emit(.issued(session: callers[place]!.id, ticket))
    }

    /// A connection closed. If the client was cut off, its session is held; otherwise the session ends.
    func leave(_ link: Int, code: UInt16?, at now: Instant) {
        if let candidate = resuming.leave(link) { return emit(.stoppedWaiting(session: candidate.session)) }
        guard let place = placeOfLink[link] else { return }
        guard Self.isCutOff(code), let wire = callers[place]!.wire as? any ResumableProtocol, wire.ticket != nil else {
            return end(place, reason: Self.endReason(code), code: code, at: now)
        }
        wire.lost()
        placeOfLink[link] = nil
        callers[place]!.state = .held(since: now)
        _ = callers[place]!.takeOutgoing()
        emit(.count(.sessionsHeld, 1))
        report(.held, place)
    }

    /// The first message on a connection that is to resume a session.
    func resume(_ link: Int, _ text: String, at now: Instant) {
        guard let candidate = resuming.leave(link) else { return }
        emit(.stoppedWaiting(session: candidate.session))
        guard let request = ResumeRequest(text) else { return refuse(candidate, ResumeRequest.refusal(of: text)) }
        guard request.id == candidate.session, let place = callers.firstIndex(where: { $0?.id == request.id }),
            isLive(place),
            let wire = callers[place]!.wire as? any ResumableProtocol, wire.ticket?.matches(request.token) == true
        else { return refuse(candidate, ResumeRequest.refusal) }
        guard callers[place]!.events.isLeft(at: now) else { return refuse(candidate, wire.flooded()) }
        callers[place]!.events.spend(1, at: now)
        if callers[place]!.isHeld {
            emit(.count(.sessionsHeld, -1))
        } else {
            flush(place)
            emit(.send(callers[place]!.link, [ResumeRequest.replaced]))
            placeOfLink[callers[place]!.link] = nil
        }
        placeOfLink[link] = place
        (callers[place]!.link, callers[place]!.remote) = (link, candidate.remote)
        (callers[place]!.state, callers[place]!.isCrowded) = (.running, false)
        send(wire.resumed(after: request.lastSequence), place)
        emit(.count(.sessionsResumed, 1))
        report(.resumed, place)
    }

    /// Binary data came where the session's token was expected.
    func refuse(_ link: Int) {
        guard let candidate = resuming.leave(link) else { return }
        emit(.stoppedWaiting(session: candidate.session))
        refuse(candidate, ResumeRequest.missing)
    }

    /// Ends connections that waited too long to resume, and sessions that were held too long.
    func expireLost(at now: Instant) {
        for link in resuming.late(now.advanced(milliseconds: -1000 * Self.startSecondsMax)) { refuse(link) }
        let kept = Int64(rules.resumeSeconds) * 1_000_000_000
        for place in callers.indices {
            if case .held(let since) = callers[place]?.state, now.since(since) > kept {
                end(place, reason: "connection_lost", at: now)
            }
        }
    }

    /// The server stops.
    func endResuming() {
        for link in resuming.all {
            guard let candidate = resuming.leave(link) else { continue }
            emit(.stoppedWaiting(session: candidate.session))
            emit(.send(link, [.close(code: 1001, reason: "server_draining")]))
        }
    }

    private func refuse(_ candidate: ResumeQueue.Candidate, _ messages: [WireMessage]) {
        emit(.count(.protocolErrors, 1))
        emit(.send(candidate.link, messages))
    }
}

// Which sessions can be resumed: the socket thread must know before it accepts a connection.

internal import Wire

/// Sessions with a ticket, and how many connections wait to resume each. Part of `SessionLedger`, which all threads share.
struct Resumables {
    /// Connections of one session on their way to its worker, which keeps `ResumeQueue.candidatesMax` of them. The limit is 16;
    /// requests that carry the token have a limit of 32, so that others cannot keep the owner out.
    static let candidatesMax = 16

    private var sessions: [String: (worker: Int, ticket: ResumeTicket, candidates: Int)] = [:]

    enum Answer { case unknown, crowded, welcome }

    /// `token` is the one in the request, if any.
    func answer(_ id: String, token: String? = nil) -> Answer {
        guard let session = sessions[id] else { return .unknown }
        if let token, !session.ticket.matches(token) { return .unknown }
        return session.candidates < Self.candidatesMax * (token == nil ? 1 : 2) ? .welcome : .crowded
    }

    mutating func add(_ id: String, worker: Int, ticket: ResumeTicket) { sessions[id] = (worker, ticket, 0) }

    mutating func remove(_ id: String) { sessions[id] = nil }

    /// Counts a connection that waits for the session. Returns the session's worker; nil if the session is gone.
    mutating func enter(_ id: String) -> Int? {
        sessions[id]?.candidates += 1
        return sessions[id]?.worker
    }

    /// The connection no longer waits.
    mutating func leave(_ id: String) { sessions[id]?.candidates -= 1 }
}

// Which sessions a client may come back to, as the socket thread must know before it lets the client in.

internal import Wire

/// The sessions that have a ticket, and who waits to take them up. Held by the loads, which workers and the socket thread share.
struct Resumables {
    /// Connections of one session that may be on their way to its worker, which keeps `ResumeQueue.candidatesMax` of them. The limit is 16,
    /// and as many more for those that have shown the token in their request: whoever has it is not kept out.
    static let candidatesMax = 16

    private var sessions: [String: (worker: Int, ticket: ResumeTicket, candidates: Int)] = [:]

    enum Answer { case unknown, crowded, welcome }

    /// `token` is what the request shows, if it shows any.
    func answer(_ id: String, token: String? = nil) -> Answer {
        guard let session = sessions[id] else { return .unknown }
        if let token, !session.ticket.matches(token) { return .unknown }
        return session.candidates < Self.candidatesMax * (token == nil ? 1 : 2) ? .welcome : .crowded
    }

    mutating func add(_ id: String, worker: Int, ticket: ResumeTicket) { sessions[id] = (worker, ticket, 0) }

    mutating func remove(_ id: String) { sessions[id] = nil }

    /// A connection waits for the session. Its worker; nil where the session is gone.
    mutating func enter(_ id: String) -> Int? {
        sessions[id]?.candidates += 1
        return sessions[id]?.worker
    }

    /// It waits no more.
    mutating func leave(_ id: String) { sessions[id]?.candidates -= 1 }
}

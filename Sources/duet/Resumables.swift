// Which sessions a client may come back to, as the socket thread must know before it lets the client in.

/// The sessions that have a ticket, and who waits to take them up. Held by the loads, which workers and the socket thread share.
struct Resumables {
    /// Connections that may wait for one session. The limit is 4: ids can be guessed, and these take no part in admission.
    static let guestsMax = 4

    private var sessions: [String: (worker: Int, guests: Int)] = [:]

    enum Answer { case unknown, crowded, welcome }

    func answer(_ id: String) -> Answer {
        sessions[id].map { $0.guests < Self.guestsMax ? .welcome : .crowded } ?? .unknown
    }

    mutating func add(_ id: String, worker: Int) { sessions[id] = (worker, 0) }

    mutating func remove(_ id: String) { sessions[id] = nil }

    /// A connection waits for the session. Its worker; nil where the session is gone.
    mutating func enter(_ id: String) -> Int? {
        sessions[id]?.guests += 1
        return sessions[id]?.worker
    }

    /// It waits no more.
    mutating func leave(_ id: String) { sessions[id]?.guests -= 1 }
}

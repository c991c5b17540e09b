// How many sessions there are, on which worker, from which address, and which of them may be resumed.

internal import Synchronization

/// The sessions of each worker, and the sessions that can be resumed. The socket thread adds sessions, the workers remove them.
final class SessionLedger: Sendable {
    struct State {
        var sessions: [Int]
        var next = 1
        var draining = false
        var resumables = Resumables()
        /// Sessions by client address.
        var addresses: [String: Int] = [:]

        mutating func add(_ worker: Int, address: String) {
            sessions[worker] += 1
            addresses[address, default: 0] += 1
        }

        mutating func remove(_ worker: Int, address: String) {
            sessions[worker] -= 1
            addresses[address, default: 1] -= 1
            if addresses[address] == 0 { addresses[address] = nil }
        }
    }

    let state: Mutex<State>
    /// Limit over all workers.
    let sessionsMax: Int
    /// Limit for one address over all workers; nil for none.
    let perAddressMax: Int?
    /// Slots of each worker. All together may exceed `sessionsMax`.
    let slotsEach: Int

    init(workers: Int, sessionsMax: Int, perAddressMax: Int? = nil) {
        state = Mutex(State(sessions: Array(repeating: 0, count: workers)))
        (self.sessionsMax, self.perAddressMax) = (sessionsMax, perAddressMax)
        slotsEach = Self.slotsEach(sessionsMax: sessionsMax, workers: workers)
    }

    static func slotsEach(sessionsMax: Int, workers: Int) -> Int { (sessionsMax + workers - 1) / workers }
}

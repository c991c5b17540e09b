// A worker's connections that are to take up a session and have not shown its token yet. They have no slot.

internal import Basics
internal import Sockets

/// Guests by the number of their connection.
struct Lobby {
    struct Guest {
        let connection: Connection
        let inlet: Inlet
        /// The session's id, from the query of the upgrade.
        let session: String
        let came: Instant
    }

    private var guests: [Int: Guest] = [:]

    mutating func enter(_ id: Int, _ guest: Guest) { guests[id] = guest }

    mutating func leave(_ id: Int) -> Guest? { guests.removeValue(forKey: id) }

    /// Those who came before.
    func late(_ before: Instant) -> [Int] { guests.filter { $0.value.came < before }.map(\.key).sorted() }

    var isEmpty: Bool { guests.isEmpty }
    var all: [Int] { guests.keys.sorted() }
}

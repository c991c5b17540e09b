// A worker's connections that are to take up a session and have not shown its token yet. They have no slot.

internal import Basics

/// Guests by their link.
struct Lobby {
    struct Guest {
        let link: Int
        /// The peer's address.
        let remote: String
        /// The session's id, from the query of the upgrade.
        let session: String
        let came: Instant
        /// Whether its request has shown the session's token. It shows it again in its first message.
        let hasToken: Bool
    }

    /// Connections that may wait for one session. The limit is 4: they take no part in admission.
    static let guestsMax = 4

    private var guests: [Int: Guest] = [:]

    mutating func enter(_ id: Int, _ guest: Guest) { guests[id] = guest }

    mutating func leave(_ id: Int) -> Guest? { guests.removeValue(forKey: id) }

    /// Who gives way where too many wait for a session: the oldest of those that have not shown its token, or else the oldest. So
    /// whoever shows it at once is not kept out by those who never do.
    func supernumerary(_ session: String) -> Int? {
        let waiting = guests.filter { $0.value.session == session }
        guard waiting.count > Self.guestsMax else { return nil }
        func rank(_ guest: (key: Int, value: Guest)) -> (Int, Int) { (guest.value.hasToken ? 1 : 0, guest.key) }
        return waiting.min { rank($0) < rank($1) }?.key
    }

    /// Those who came before.
    func late(_ before: Instant) -> [Int] { guests.filter { $0.value.came < before }.map(\.key).sorted() }

    var isEmpty: Bool { guests.isEmpty }
    var all: [Int] { guests.keys.sorted() }
}

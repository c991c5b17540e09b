// A worker's connections that are to take up a session and have not shown its token yet. They have no slot.

internal import Basics

/// Guests by their link.
struct ResumeQueue {
    struct Candidate {
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
    static let candidatesMax = 4

    private var candidates: [Int: Candidate] = [:]

    mutating func enter(_ id: Int, _ candidate: Candidate) { candidates[id] = candidate }

    mutating func leave(_ id: Int) -> Candidate? { candidates.removeValue(forKey: id) }

    /// Who gives way where too many wait for a session: the oldest of those that have not shown its token, or else the oldest. So
    /// whoever shows it at once is not kept out by those who never do.
    func oneTooMany(_ session: String) -> Int? {
        let waiting = candidates.filter { $0.value.session == session }
        guard waiting.count > Self.candidatesMax else { return nil }
        func rank(_ candidate: (key: Int, value: Candidate)) -> (Int, Int) {
            (candidate.value.hasToken ? 1 : 0, candidate.key)
        }
        return waiting.min { rank($0) < rank($1) }?.key
    }

    /// Those who came before.
    func late(_ before: Instant) -> [Int] { candidates.filter { $0.value.came < before }.map(\.key).sorted() }

    var isEmpty: Bool { candidates.isEmpty }
    var all: [Int] { candidates.keys.sorted() }
}

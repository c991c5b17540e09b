// A worker's connections that want to resume a session and have not sent `session.resume` yet. They have no slot.

internal import Basics

/// Candidates by link.
struct ResumeQueue {
    struct Candidate {
        let link: Int
        /// The peer's address.
        let remote: String
        /// The session's id, from the query of the upgrade.
        let session: String
        let came: Instant
        /// Whether its request has shown the session's token. Its first message must show it again.
        let hasToken: Bool
    }

    /// Connections that may wait for one session. The limit is 4, because they bypass admission.
    static let candidatesMax = 4

    private var candidates: [Int: Candidate] = [:]

    mutating func enter(_ id: Int, _ candidate: Candidate) { candidates[id] = candidate }

    mutating func leave(_ id: Int) -> Candidate? { candidates.removeValue(forKey: id) }

    /// The candidate to refuse when too many wait for a session: the oldest that has not shown the token, otherwise the oldest.
    /// Clients that never show a token thus cannot keep out one that does.
    func oneTooMany(_ session: String) -> Int? {
        let waiting = candidates.filter { $0.value.session == session }
        guard waiting.count > Self.candidatesMax else { return nil }
        func rank(_ candidate: (key: Int, value: Candidate)) -> (Int, Int) {
            (candidate.value.hasToken ? 1 : 0, candidate.key)
        }
        return waiting.min { rank($0) < rank($1) }?.key
    }

    /// Candidates that came before this instant.
    func late(_ before: Instant) -> [Int] { candidates.filter { $0.value.came < before }.map(\.key).sorted() }

    var isEmpty: Bool { candidates.isEmpty }
    var all: [Int] { candidates.keys.sorted() }
}

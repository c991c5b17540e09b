// Decides which unused place is given up when a client finds the server full.

internal import Basics

/// A place that is taken but not in use.
struct IdlePlace: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// The client is connected and has not started its session.
        case unstarted
        /// The connection is lost; the client may resume.
        case held
    }

    let id: Int
    let kind: Kind
    /// The peer's address.
    let address: String
    let since: Instant
}

enum IdlePlaces {
    /// Time that a client needs to start, or to resume after a lost connection: until then its place is safe. A held session is
    /// safe that long only while its address has no more than its share of such places.
    static let startMilliseconds: Int64 = 1000, returnMilliseconds: Int64 = 5000
    /// An address's share is one in this many of all places, and at least one.
    static let share = 8

    /// The place to give up among those of a worker with `capacity` places; nil for none. The oldest one of the address that
    /// has the most, ties broken by id.
    static func leastDeserving(_ places: [IdlePlace], capacity: Int, at now: Instant) -> Int? {
        let counts = places.reduce(into: [String: Int]()) { $0[$1.address, default: 0] += 1 }
        func rank(_ place: IdlePlace) -> (Int, Instant, Int) { (-counts[place.address]!, place.since, place.id) }
        return places.filter { place in
            let isGreedy = place.kind == .held && counts[place.address]! > max(1, capacity / share)
            let grace = place.kind == .unstarted ? startMilliseconds : returnMilliseconds
            return isGreedy || now.since(place.since) >= grace * 1_000_000
        }.min { rank($0) < rank($1) }?.id
    }
}

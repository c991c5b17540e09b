// Who gives way when a caller finds the server full: places that nobody uses, the least deserving first.

internal import Basics

/// A place that is taken and used by nobody.
struct IdlePlace: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// The client is connected and has not started its session.
        case unstarted
        /// The client was cut off and may come back.
        case held
    }

    let id: Int
    let kind: Kind
    /// The peer's address.
    let address: String
    let since: Instant
}

enum IdlePlaces {
    /// What a client needs to start, or to come back after a lost connection: until then its place is safe. One that was cut off
    /// is safe for that long only where its address has no more than its share of such places.
    static let startMilliseconds: Int64 = 1000, returnMilliseconds: Int64 = 5000
    /// One in so many of all places, one at least.
    static let share = 8

    /// The place to give up, out of those of a worker with `capacity` places; nil when none is to be given up. The oldest of the
    /// address with the most, then by id.
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

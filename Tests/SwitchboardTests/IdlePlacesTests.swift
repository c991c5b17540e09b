// Who gives way at the door.

import Basics
import Testing

@testable import Switchboard

@Suite struct IdlePlacesTests {
    private func place(_ id: Int, _ kind: IdlePlace.Kind, _ address: String = "a", at milliseconds: Int64 = 0)
        -> IdlePlace
    {
        IdlePlace(id: id, kind: kind, address: address, since: Instant(nanoseconds: milliseconds * 1_000_000))
    }

    private func pick(_ places: [IdlePlace], at milliseconds: Int64, capacity: Int = 16) -> Int? {
        IdlePlaces.leastDeserving(places, capacity: capacity, at: Instant(nanoseconds: milliseconds * 1_000_000))
    }

    @Test func nobodyGivesWayWithoutReason() {
        #expect(pick([], at: 9000) == nil)
        #expect(pick([place(1, .unstarted)], at: 999) == nil && pick([place(1, .unstarted)], at: 1000) == 1)
        #expect(pick([place(1, .held)], at: 4999) == nil && pick([place(1, .held)], at: 5000) == 1)
    }

    /// Of 16 places two are an address's share.
    @Test func anAddressThatWasCutOffTooOftenGivesWayAtOnce() {
        let two = [place(1, .held), place(2, .held, at: 1)]
        #expect(pick(two, at: 10) == nil)
        #expect(pick(two + [place(3, .held, at: 2)], at: 10) == 1)
        #expect(pick(two + [place(3, .held, "b", at: 2)], at: 10) == nil)
    }

    @Test func theOldestOfTheAddressWithTheMostGoesFirst() {
        let places = [
            place(1, .held, "b"), place(2, .unstarted, at: 50), place(3, .held, at: 40), place(4, .held, at: 60),
        ]
        #expect(pick(places, at: 9000) == 3)
    }
}

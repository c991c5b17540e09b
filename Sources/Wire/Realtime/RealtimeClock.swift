// How far a Realtime session has come, in milliseconds.

internal import Basics

struct RealtimeClock {
    private(set) var position: Int64 = 0
    private let clock: SliceClock

    init(_ clock: SliceClock) { self.clock = clock }

    /// Samples a second.
    var rate: Int { clock.rate }

    /// The length of a slice.
    var slice: Int64 { Int64(clock.sliceMilliseconds) }

    func slices(milliseconds: Int) -> Int { clock.slices(milliseconds: milliseconds) }

    mutating func pass() { position += slice }

    /// This much of the session was neither heard nor answered.
    mutating func skip(milliseconds: Int64) { position += milliseconds }
}

// How far a Realtime session has come. In milliseconds.

struct RealtimeClock {
    private(set) var position: Int64 = 0
    /// The length of a slice.
    private(set) var slice: Int64 = 80

    mutating func start(slice: Int64) { self.slice = slice }

    mutating func pass() { position += slice }

    /// So much of the session was neither heard nor answered.
    mutating func skip(milliseconds: Int64) { position += milliseconds }
}

// Points in time, passed as arguments: only the real-time driver reads a clock.

/// A reading of the monotonic clock, in nanoseconds. Its zero is arbitrary.
public struct Instant: Comparable, Hashable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let zero = Instant(nanoseconds: 0)

    public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    public func advanced(milliseconds: Int64) -> Instant { advanced(nanoseconds: milliseconds * 1_000_000) }

    public func advanced(nanoseconds more: Int64) -> Instant { Instant(nanoseconds: nanoseconds + more) }

    /// Nanoseconds from `earlier` to here; negative when `earlier` is later.
    public func since(_ earlier: Instant) -> Int64 { nanoseconds - earlier.nanoseconds }
}

// Positions in audio. They count samples and never mix with instants.

/// A position in one session's audio, in samples since the session opened. `SliceClock` converts it to milliseconds.
public struct SampleTime: Comparable, Hashable, Sendable {
    public var samples: Int64

    public init(samples: Int64) { self.samples = samples }

    public static let zero = SampleTime(samples: 0)

    public static func < (a: SampleTime, b: SampleTime) -> Bool { a.samples < b.samples }

    public func advanced(by count: Int) -> SampleTime { SampleTime(samples: samples + Int64(count)) }
}

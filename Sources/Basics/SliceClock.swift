// A session's units of time: samples and slices. The model sets the sample rate and the length of a slice.

/// A sample rate and the length of a slice.
public struct SliceClock: Hashable, Sendable {
    /// Sample rates that every codec converts to and from, in Hz. Each gives whole samples per millisecond, hence per slice.
    public static let rates = [8_000, 16_000, 24_000, 48_000]
    /// Allowed lengths of a slice, in milliseconds.
    public static let sliceMillisecondsRange = 20...200
    /// The bundled model's: 16 kHz and 80 ms.
    public static let standard = SliceClock(rate: 16_000, sliceMilliseconds: 80)

    /// Samples a second.
    public let rate: Int
    public let sliceMilliseconds: Int

    public init(rate: Int, sliceMilliseconds: Int) {
        (self.rate, self.sliceMilliseconds) = (rate, sliceMilliseconds)
    }

    public var samplesPerSlice: Int { samples(milliseconds: sliceMilliseconds) }

    public func samples(milliseconds: Int) -> Int { milliseconds * rate / 1000 }

    /// Whole slices in `milliseconds`, rounded down; at least one.
    public func slices(milliseconds: Int) -> Int { max(1, milliseconds / sliceMilliseconds) }

    public func milliseconds(samples: Int) -> Int64 { Int64(samples) * 1000 / Int64(rate) }

    /// Milliseconds since the session opened.
    public func milliseconds(at position: SampleTime) -> Int64 { position.samples * 1000 / Int64(rate) }

    public func seconds(samples: Int) -> Double { Double(samples) / Double(rate) }
}

// Synthesis of audio frames from spectra.

internal import Basics
internal import CKernels
internal import Glibc

/// Turns log magnitudes and phases into windowed samples, as Decoder.frames in Scripts/training/codec.py does.
public struct InverseSpectrum: Sendable {
    /// Samples in a frame (40 ms), and between the starts of two frames (10 ms).
    public let window, hop: Int
    public var bins: Int { window / 2 + 1 }
    /// The sum of the overlapping squared Hann windows, at a hop of a quarter window.
    public static let overlapGain: Float = 1.5
    /// Upper limit of a log magnitude, after 2 is subtracted.
    private static let magnitudeLogMax: Float = 6
    /// Above this magnitude, in radians, a phase is left to the C library, which reduces it exactly.
    private static let phaseMax: Float = 8192

    private let circle: Buffer
    /// The Hann window divided by the transform's length.
    private let fade: Buffer

    /// Whether frames can be made at this sample rate.
    public static func has(rate: Int) -> Bool { rate % 100 == 0 && ck_has_window(rate / 25) }

    /// `rate` is in samples per second.
    public init(rate: Int) {
        invariant(Self.has(rate: rate), "frames at \(rate) Hz")
        (window, hop) = (rate / 25, rate / 100)
        let circle = Circle(rate / 25), length = Double(rate / 25)
        self.circle = circle.table
        fade = Buffer((0..<window).map { Float(circle.hann($0) / length) })
    }

    /// x [rows, 2 · bins] (log magnitudes, then phases; overwritten) to frames [rows, window]. `scratch` has room for [bins].
    public func apply(
        _ x: UnsafeMutablePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>,
        to frames: UnsafeMutablePointer<Float>
    ) {
        polar(x, rows: rows, scratch: scratch)
        self.frames(x, rows: rows, to: frames)
    }

    /// x [rows, 2 · bins] (log magnitudes, then phases) to real and imaginary parts, in place. `scratch` has room for [bins].
    public func polar(_ x: UnsafeMutablePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>) {
        for row in 0..<rows { polar(x + row * 2 * bins, cosines: scratch) }
    }

    /// x [rows, 2 · bins] (real, then imaginary parts) to frames [rows, window].
    public func frames(_ x: UnsafePointer<Float>, rows: Int, to frames: UnsafeMutablePointer<Float>) {
        KernelTable.native.frames(window, circle.pointer, fade.pointer, x, frames, rows)
    }

    /// Converts magnitude and phase to real and imaginary parts, in place. [2 · bins]
    private func polar(_ x: UnsafeMutablePointer<Float>, cosines: UnsafeMutablePointer<Float>) {
        let bins = bins, phases = x + bins
        for bin in 0..<bins { x[bin] = min(x[bin] - 2, Self.magnitudeLogMax) }
        KernelTable.native.exponential(x, bins)
        if (0..<bins).contains(where: { abs(phases[$0]) > Self.phaseMax }) {
            for bin in 0..<bins { (cosines[bin], phases[bin]) = (cos(phases[bin]), sin(phases[bin])) }
        } else {
            KernelTable.native.cosine_sine(phases, cosines, phases, bins)
        }
        for bin in 0..<bins {
            phases[bin] *= x[bin]
            x[bin] *= cosines[bin]
        }
    }
}

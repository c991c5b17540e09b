// Synthesis of frames from their spectra.

internal import CKernels
internal import Glibc

/// Log magnitude and phase of a frame to its windowed 640 samples (Scripts/training/codec.py, Decoder.frames).
public struct InverseSpectrum: Sendable {
    /// Samples of a frame at 16 kHz, and from one to the next.
    public static let window = 640
    public static let hop = 160
    public static let bins = window / 2 + 1
    /// The overlap-added squared Hann windows sum to 1.5 at a hop of a quarter.
    public static let overlapGain: Float = 1.5
    /// Log magnitudes are lowered by 2 and clamped to this.
    private static let magnitudeLogMax: Float = 6
    /// Phases beyond this, in radians, go to the library, which reduces them exactly.
    private static let phaseMax: Float = 8192

    private let circle = Circle(window).table
    /// The Hann window over the transform's length.
    private let fade: Buffer

    public init() {
        let circle = Circle(Self.window)
        fade = Buffer((0..<Self.window).map { Float(circle.hann($0) / Double(Self.window)) })
    }

    /// x [rows, 2 · bins] (log magnitudes, then phases; overwritten) to frames [rows, 640]. `scratch` has room for [bins].
    public func apply(
        _ x: UnsafeMutablePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>,
        to frames: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows { Self.polar(x + row * 2 * Self.bins, cosines: scratch) }
        KernelTable.native.frames(circle.pointer, fade.pointer, x, frames, rows)
    }

    /// Magnitude and phase to real and imaginary parts, in place. [2 · bins]
    private static func polar(_ x: UnsafeMutablePointer<Float>, cosines: UnsafeMutablePointer<Float>) {
        let phases = x + bins
        for bin in 0..<bins { x[bin] = min(x[bin] - 2, magnitudeLogMax) }
        KernelTable.native.exponential(x, bins)
        if (0..<bins).contains(where: { abs(phases[$0]) > phaseMax }) {
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

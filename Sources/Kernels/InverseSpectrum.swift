// Synthesis of frames from their spectra, as a matrix product.

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

    private let transform: Linear

    public init() {
        let n = Self.window, bins = Self.bins, circle = Circle(n)
        var basis = [Float](repeating: 0, count: n * 2 * bins)
        for i in 0..<n {
            for bin in 0..<bins {
                let share = circle.hann(i) * (bin == 0 || bin == n / 2 ? 1.0 : 2.0) / Double(n)
                basis[i * 2 * bins + bin] = Float(share * circle.cosine(bin * i))
                basis[i * 2 * bins + bins + bin] = Float(-share * circle.sine(bin * i))
            }
        }
        transform = Linear(weights: basis, inputs: 2 * bins, outputs: n)
    }

    /// x [rows, 2 · bins] (log magnitudes, then phases; overwritten) to frames [rows, 640].
    public func apply(_ x: UnsafeMutablePointer<Float>, rows: Int, to frames: UnsafeMutablePointer<Float>) {
        for row in 0..<rows { Self.polar(x + row * 2 * Self.bins) }
        transform.apply(x, rows: rows, to: frames)
    }

    /// Magnitude and phase to real and imaginary parts, in place. [2 · bins]
    private static func polar(_ x: UnsafeMutablePointer<Float>) {
        let phases = x + bins
        for bin in 0..<bins { x[bin] = min(x[bin] - 2, magnitudeLogMax) }
        KernelTable.native.exponential(x, bins)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: bins) { cosines in
            if (0..<bins).contains(where: { abs(phases[$0]) > phaseMax }) {
                for bin in 0..<bins { (cosines[bin], phases[bin]) = (cos(phases[bin]), sin(phases[bin])) }
            } else {
                KernelTable.native.cosine_sine(phases, cosines.baseAddress, phases, bins)
            }
            for bin in 0..<bins {
                phases[bin] *= x[bin]
                x[bin] *= cosines[bin]
            }
        }
    }
}

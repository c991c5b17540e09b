// Fourier analysis and synthesis as matrix products: short windows, many sessions, no butterflies.

internal import Basics
internal import Glibc

/// Log-mel analysis of windows of samples. Parameters and scaling as the training's front end (Scripts/training/audio.py).
public struct MelSpectrum: Sendable {
    public static let bands = 80
    public static let window = 640
    public static let hop = 160
    private static let bins = window / 2 + 1

    private let transform: Linear
    private let bank: Linear

    public init() {
        let n = Self.window, bins = Self.bins
        var basis = [Float](repeating: 0, count: 2 * bins * n)
        for bin in 0..<bins {
            for i in 0..<n {
                let hann = 0.5 - 0.5 * cos(2 * Double.pi * Double(i) / Double(n))
                let angle = 2 * Double.pi * Double(bin * i % n) / Double(n)
                basis[bin * n + i] = Float(hann * cos(angle))
                basis[(bins + bin) * n + i] = Float(hann * sin(angle))
            }
        }
        transform = Linear(weights: basis, inputs: n, outputs: 2 * bins)
        bank = Linear(weights: Self.triangles(), inputs: bins, outputs: Self.bands)
    }

    /// Room that `apply` needs beside its output, in floats a row.
    public static let scratch = 3 * bins

    /// windows [rows, 640] to mel [rows, 80]: (log(max(mel magnitude, 1e-4)) + 4) / 3.
    public func apply(
        _ windows: UnsafePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>,
        to mel: UnsafeMutablePointer<Float>
    ) {
        let bins = Self.bins, parts = scratch, magnitudes = scratch + rows * 2 * bins
        transform.apply(windows, rows: rows, to: parts)
        for row in 0..<rows {
            for bin in 0..<bins {
                let (a, b) = (parts[row * 2 * bins + bin], parts[row * 2 * bins + bins + bin])
                magnitudes[row * bins + bin] = (a * a + b * b).squareRoot()
            }
        }
        bank.apply(magnitudes, rows: rows, to: mel)
        for i in 0..<rows * Self.bands { mel[i] = (log(max(mel[i], 1e-4)) + 4) / 3 }
    }

    /// [bands, bins] triangular filters from 40 to 7800 Hz, equally spaced on the HTK mel scale.
    private static func triangles() -> [Float] {
        func mel(_ f: Double) -> Double { 2595 * log10(1 + f / 700) }
        let low = mel(40), high = mel(7800)
        let edges = (0..<bands + 2).map { i in
            700 * (pow(10, (low + (high - low) * Double(i) / Double(bands + 1)) / 2595) - 1)
        }
        var weights = [Float](repeating: 0, count: bands * bins)
        for band in 0..<bands {
            for bin in 0..<bins {
                let f = Double(bin) * Double(SampleTime.rate) / Double(window)
                let rise = (f - edges[band]) / (edges[band + 1] - edges[band])
                let fall = (edges[band + 2] - f) / (edges[band + 2] - edges[band + 1])
                weights[band * bins + bin] = Float(max(0, min(rise, fall)))
            }
        }
        return weights
    }
}

/// Synthesis: log magnitude and phase of a frame to its windowed 640 samples.
public struct InverseSpectrum: Sendable {
    public static let window = 640
    public static let hop = 160
    public static let bins = window / 2 + 1
    /// The overlap-added squared Hann windows sum to 1.5 at a hop of a quarter.
    public static let overlapGain: Float = 1.5
    /// Log magnitudes are lowered by 2 and clamped to this.
    private static let magnitudeLogMax: Float = 6

    private let transform: Linear

    public init() {
        let n = Self.window, bins = Self.bins
        var basis = [Float](repeating: 0, count: n * 2 * bins)
        for i in 0..<n {
            let hann = 0.5 - 0.5 * cos(2 * Double.pi * Double(i) / Double(n))
            for bin in 0..<bins {
                let angle = 2 * Double.pi * Double(bin * i % n) / Double(n)
                let share = (bin == 0 || bin == n / 2 ? 1.0 : 2.0) / Double(n)
                basis[i * 2 * bins + bin] = Float(hann * share * cos(angle))
                basis[i * 2 * bins + bins + bin] = Float(-hann * share * sin(angle))
            }
        }
        transform = Linear(weights: basis, inputs: 2 * bins, outputs: n)
    }

    /// x [rows, 2 · bins] (log magnitudes, then phases; overwritten) to frames [rows, 640].
    public func apply(_ x: UnsafeMutablePointer<Float>, rows: Int, to frames: UnsafeMutablePointer<Float>) {
        let bins = Self.bins
        for row in 0..<rows {
            let x = x + row * 2 * bins
            for bin in 0..<bins {
                let magnitude = exp(min(x[bin] - 2, Self.magnitudeLogMax)), phase = x[bins + bin]
                x[bin] = magnitude * cos(phase)
                x[bins + bin] = magnitude * sin(phase)
            }
        }
        transform.apply(x, rows: rows, to: frames)
    }
}

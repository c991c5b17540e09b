// Log-mel analysis of many sessions' windows at once.

internal import Basics
internal import CKernels
internal import Glibc

/// Log-mel analysis of windows of samples. Parameters and scaling as the training's front end (Scripts/training/audio.py).
public struct MelSpectrum: Sendable {
    public static let bands = 80
    /// Samples of a window at 16 kHz, and from one to the next.
    public static let window = 640
    public static let hop = 160
    private static let bins = window / 2 + 1

    private let circle = Circle(window).table
    private let hann: Buffer
    private let bank: Linear

    public init() {
        let circle = Circle(Self.window)
        hann = Buffer((0..<Self.window).map { Float(circle.hann($0)) })
        bank = Linear(weights: Self.triangles(), inputs: Self.bins, outputs: Self.bands)
    }

    /// Room that `apply` needs beside its output, in floats a row.
    public static let scratch = bins

    /// windows [rows, 640] to mel [rows, 80]: (log(max(mel magnitude, 1e-4)) + 4) / 3.
    public func apply(
        _ windows: UnsafePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>,
        to mel: UnsafeMutablePointer<Float>
    ) {
        KernelTable.native.magnitudes(circle.pointer, hann.pointer, windows, scratch, rows)
        bank.apply(scratch, rows: rows, to: mel)
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

// Log-mel analysis, batched over the windows of many sessions.

internal import Basics
internal import CKernels
internal import Glibc

/// Log-mel analysis of windows of samples, with the parameters and scaling of the training front end (Scripts/training/audio.py).
public struct MelSpectrum: Sendable {
    public static let bands = 80
    /// Samples in a window (40 ms), and between the starts of two windows (10 ms).
    public let window, hop: Int
    /// Scratch floats per row that `apply` needs besides its output.
    public var scratch: Int { window / 2 + 1 }

    private let circle, hann: Buffer
    private let bank: Linear

    /// Whether windows at this rate can be transformed and reach the filters' highest frequency.
    public static func has(rate: Int) -> Bool { rate >= 16_000 && rate % 100 == 0 && ck_has_window(rate / 25) }

    /// `rate` is in samples per second.
    public init(rate: Int) {
        invariant(Self.has(rate: rate), "mel spectra at \(rate) Hz")
        (window, hop) = (rate / 25, rate / 100)
        let circle = Circle(rate / 25)
        self.circle = circle.table
        hann = Buffer((0..<window).map { Float(circle.hann($0)) })
        bank = Linear(weights: Self.triangles(rate: rate), inputs: window / 2 + 1, outputs: Self.bands)
    }

    /// windows [rows, window] to mel [rows, 80]: (log(max(mel magnitude, 1e-4)) + 4) / 3.
    public func apply(
        _ windows: UnsafePointer<Float>, rows: Int, scratch: UnsafeMutablePointer<Float>,
        to mel: UnsafeMutablePointer<Float>
    ) {
        KernelTable.native.magnitudes(window, circle.pointer, hann.pointer, windows, scratch, rows)
        bank.apply(scratch, rows: rows, to: mel)
        for i in 0..<rows * Self.bands { mel[i] = (log(max(mel[i], 1e-4)) + 4) / 3 }
    }

    /// [bands, bins] triangular filters from 40 to 7800 Hz, equally spaced on the HTK mel scale.
    private static func triangles(rate: Int) -> [Float] {
        let window = rate / 25, bins = window / 2 + 1
        func mel(_ f: Double) -> Double { 2595 * log10(1 + f / 700) }
        let low = mel(40), high = mel(7800)
        let edges = (0..<bands + 2).map { i in
            700 * (pow(10, (low + (high - low) * Double(i) / Double(bands + 1)) / 2595) - 1)
        }
        var weights = [Float](repeating: 0, count: bands * bins)
        for band in 0..<bands {
            for bin in 0..<bins {
                let f = Double(bin) * Double(rate) / Double(window)
                let rise = (f - edges[band]) / (edges[band + 1] - edges[band])
                let fall = (edges[band + 2] - f) / (edges[band + 2] - edges[band + 1])
                weights[band * bins + bin] = Float(max(0, min(rise, fall)))
            }
        }
        return weights
    }
}

// Whisper's log-mel features (OpenAI's whisper/audio.py, `log_mel_spectrogram`).

internal import Glibc
internal import Kernels

/// Spectra of windows of 25 ms every 10 ms, by products with cosines and sines. The window is symmetric, so samples at equal
/// distances from its middle are added (for cosines) or subtracted (for sines) first: half of the products.
///
/// `MelSpectrum` does not serve: its transform has no windows of 400 samples, and its bands are others.
struct LogMel: Sendable {
    static let rate = 16_000, bands = 80, window = 400, hop = 160
    /// The features of silence after speech whose loudest band has a power of 10, which is usual: eight decades less.
    static let silence: Float = -0.75
    private static let half = window / 2, bins = half + 1

    private let hann: [Float]
    private let cosines, sines, bank: Linear

    init() {
        let half = Self.half, bins = Self.bins
        hann = (0..<Self.window).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(Self.window))) }
        func table(_ wave: (Double) -> Double) -> Linear {
            var weights = [Float](repeating: 0, count: bins * bins)
            for bin in 0..<bins {
                for i in 0...half {
                    weights[bin * bins + i] = Float(wave(2 * .pi * Double(bin * i % Self.window) / Double(Self.window)))
                }
            }
            return Linear(weights: weights, inputs: bins, outputs: bins)
        }
        (cosines, sines) = (table(cos), table(sin))
        bank = Linear(weights: Self.triangles(), inputs: bins, outputs: Self.bands)
    }

    /// Scratch of a number of frames. [frames, bins] each
    struct Scratch {
        let even, odd, real, imaginary: Buffer

        init(frames: Int) {
            func rows() -> Buffer { Buffer(count: frames * LogMel.bins) }
            (even, odd, real, imaginary) = (rows(), rows(), rows(), rows())
        }
    }

    /// `samples`, and silence after them, to the first `frames` frames of a window of 30 s, [frames, bands].
    func features(_ samples: [Float], frames: Int) -> [Float] {
        let scratch = Scratch(frames: frames), window = Buffer(count: Self.window)
        for frame in 0..<frames {
            // Around sample `frame * hop`; the signal is mirrored at its beginning.
            for i in 0..<Self.window {
                let place = abs(frame * Self.hop + i - Self.half)
                window.pointer[i] = place < samples.count ? samples[place] : 0
            }
            fold(window.pointer, frame, scratch)
        }
        var mel = [Float](repeating: 0, count: frames * Self.bands)
        mel.withUnsafeMutableBufferPointer { logPowers(scratch, frames: frames, to: $0.baseAddress!) }
        // Nothing is more than eight decades below the loudest. The silence after these frames is never the loudest.
        let floor = (mel.max() ?? 0) - 8
        for i in mel.indices { mel[i] = (max(mel[i], floor) + 4) / 4 }
        return mel
    }

    /// Fades a window of samples [window] and folds it at its middle, to row `frame` of `even` and `odd`: number i is the sum and the
    /// difference of the samples i before and i after the middle.
    func fold(_ samples: UnsafePointer<Float>, _ frame: Int, _ scratch: Scratch) {
        let half = Self.half, even = scratch.even.pointer + frame * Self.bins
        let odd = scratch.odd.pointer + frame * Self.bins
        (even[0], odd[0]) = (samples[half] * hann[half], 0)
        for i in 1..<half {
            let before = samples[half - i] * hann[half - i], after = samples[half + i] * hann[half + i]
            (even[i], odd[i]) = (after + before, after - before)
        }
        // The Hann window is 0 at its first sample, and the last is not in it.
        (even[half], odd[half]) = (0, 0)
    }

    /// The decimal logarithms of the power in each band of the folded windows, [frames, bands].
    func logPowers(_ scratch: Scratch, frames: Int, to mel: UnsafeMutablePointer<Float>) {
        let real = scratch.real.pointer, imaginary = scratch.imaginary.pointer
        cosines.apply(scratch.even.pointer, rows: frames, to: real)
        sines.apply(scratch.odd.pointer, rows: frames, to: imaginary)
        for i in 0..<frames * Self.bins { real[i] = real[i] * real[i] + imaginary[i] * imaginary[i] }
        bank.apply(real, rows: frames, to: mel)
        for i in 0..<frames * Self.bands { mel[i] = log10(max(mel[i], 1e-10)) }
    }

    /// [bands, bins] triangles of equal area on Slaney's scale: linear up to 1 kHz, then 27 steps to each factor of 6.4.
    private static func triangles() -> [Float] {
        func mel(_ f: Double) -> Double { f < 1000 ? f * 3 / 200 : 15 + 27 * log(f / 1000) / log(6.4) }
        func hertz(_ m: Double) -> Double { m < 15 ? m * 200 / 3 : 1000 * exp((m - 15) * log(6.4) / 27) }
        let most = mel(Double(rate) / 2)
        let edges = (0..<bands + 2).map { hertz(most * Double($0) / Double(bands + 1)) }
        var weights = [Float](repeating: 0, count: bands * bins)
        for band in 0..<bands {
            let (low, peak, high) = (edges[band], edges[band + 1], edges[band + 2])
            for bin in 0..<bins {
                let f = Double(bin * rate) / Double(window)
                weights[band * bins + bin] = Float(
                    max(0, min((f - low) / (peak - low), (high - f) / (high - peak))) * 2 / (high - low))
            }
        }
        return weights
    }
}

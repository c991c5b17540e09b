// Band energies of two sounds a session: the microphone's and our own voice's.

internal import Kernels

/// Causal log-mel of 10-ms frames, averaged over 40 ms and five bands. Keeps the samples that the next windows reach back to.
final class BandColumn {
    private let mel = MelSpectrum(rate: 16_000)
    private let frames, past: Int
    /// [sounds, past + samples]
    private let history: Buffer
    private let windows, scratch, full: Buffer

    /// `sounds` are two for each slot, at most `soundsMax` of them in a run.
    init(sounds: Int, soundsMax: Int) {
        frames = FloorShape.samples / mel.hop
        past = mel.window - mel.hop
        history = Buffer(count: sounds * (past + FloorShape.samples))
        windows = Buffer(count: soundsMax * frames * mel.window)
        scratch = Buffer(count: soundsMax * frames * mel.scratch)
        full = Buffer(count: soundsMax * frames * MelSpectrum.bands)
    }

    func open(_ sound: Int) {
        let size = past + FloorShape.samples
        history.zero(sound * size..<(sound + 1) * size)
    }

    /// Takes a slice of a sound as the `row`th of the run; no samples are silence.
    func take(_ samples: UnsafePointer<Float>?, sound: Int, row: Int) {
        let line = history.pointer + sound * (past + FloorShape.samples)
        line.update(from: line + FloorShape.samples, count: past)
        if let samples {
            (line + past).update(from: samples, count: FloorShape.samples)
        } else {
            (line + past).update(repeating: 0, count: FloorShape.samples)
        }
        for frame in 0..<frames {
            let window = windows.pointer + (row * frames + frame) * mel.window
            window.update(from: line + frame * mel.hop, count: mel.window)
        }
    }

    /// The bands of the `rows` sounds taken, [rows, 2, 16].
    func compute(rows: Int, to bands: UnsafeMutablePointer<Float>) {
        mel.apply(windows.pointer, rows: rows * frames, scratch: scratch.pointer, to: full.pointer)
        let each = frames / FloorShape.halves, wide = MelSpectrum.bands / FloorShape.bands
        for half in 0..<rows * FloorShape.halves {
            for band in 0..<FloorShape.bands {
                var sum: Float = 0
                for frame in half * each..<(half + 1) * each {
                    for i in 0..<wide { sum += full.pointer[frame * MelSpectrum.bands + band * wide + i] }
                }
                bands[half * FloorShape.bands + band] = sum / Float(each * wide)
            }
        }
    }
}

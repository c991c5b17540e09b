// From samples to the rows that the ear's blocks read: log-mel with a running level, and two convolutions, with kept state.

internal import Kernels

/// A row covers 20 ms and looks 12.5 ms ahead: half a window of samples, because the two mel frames that the convolutions see of the
/// future are those of the row itself and of its end. So that a slice completes four rows, a stream begins with 12.5 ms of silence:
/// row r of slice n is centred on the slice's sample 320 · r - 200.
///
///     1280 samples ─▶ 8 mel frames ─▶ clamped below the running level ─▶ convolution ─▶ convolution, stride 2 ─▶ 4 rows
///      240 kept        2 kept                                             1 kept
final class EarStem {
    static let samples = 1280, frames = 8, rows = 4
    /// Samples before a slice that its first window covers.
    private static let past = LogMel.window - LogMel.hop
    /// The running level falls by this per mel frame (log10 of power), but never below the floor.
    private static let levelFall: Float = 0.0005, levelFloor: Float = -0.5
    /// Frames that are at most this far below the level are kept.
    private static let depth: Float = 8

    private let weights: EarWeights
    private let mel = LogMel()
    // State. [slots, …]
    private let sound, mels, between: Buffer
    private var levels: [Float]
    // Scratch. [slots, …]
    private let joined, power, context, taps, middle: Buffer
    private let spectra: LogMel.Scratch
    private let operand: Operand

    init(_ weights: EarWeights, slots: Int) {
        let width = weights.width, bands = LogMel.bands
        self.weights = weights
        sound = Buffer(count: slots * Self.past)
        mels = Buffer(count: slots * 2 * bands)
        between = Buffer(count: slots * width)
        levels = Array(repeating: Self.levelFloor, count: slots)
        joined = Buffer(count: Self.past + Self.samples)
        power = Buffer(count: slots * Self.frames * bands)
        context = Buffer(count: (2 + Self.frames) * bands)
        taps = Buffer(count: slots * max(Self.frames * 3 * bands, Self.rows * 3 * width))
        middle = Buffer(count: slots * Self.frames * width)
        spectra = LogMel.Scratch(frames: slots * Self.frames)
        operand = Operand(rowsMax: slots * Self.frames, widthMax: 3 * max(bands, width))
    }

    /// Before the stream there is nothing; its first frame is silence.
    func open(_ slot: Int) {
        let bands = LogMel.bands, frame = mels.pointer + slot * 2 * bands
        sound.zero(slot * Self.past..<(slot + 1) * Self.past)
        between.zero(slot * weights.width..<(slot + 1) * weights.width)
        levels[slot] = Self.levelFloor
        frame.update(repeating: 0, count: bands)
        (frame + bands).update(repeating: (Self.levelFloor - Self.depth + 4) / 4, count: bands)
    }

    /// samples [slots.count, 1280] to rows [slots.count, 4, width].
    func run(_ slots: [Int], samples: UnsafePointer<Float>, to rows: UnsafeMutablePointer<Float>) {
        let bands = LogMel.bands, width = weights.width, frames = slots.count * Self.frames
        for (i, slot) in slots.enumerated() { take(slot, samples + i * Self.samples, first: i * Self.frames) }
        mel.logPowers(spectra, frames: frames, to: power.pointer)
        for (i, slot) in slots.enumerated() {
            clamp(slot, power.pointer + i * Self.frames * bands)
            for frame in 0..<Self.frames {
                (taps.pointer + (i * Self.frames + frame) * 3 * bands)
                    .update(from: context.pointer + frame * bands, count: 3 * bands)
            }
        }
        weights.stem[0].apply(taps.pointer, rows: frames, through: operand, to: middle.pointer)
        Activation.gelu(middle.pointer, count: frames * width)
        for (i, slot) in slots.enumerated() {
            spread(slot, middle.pointer + i * Self.frames * width, to: taps.pointer + i * Self.rows * 3 * width)
        }
        weights.stem[1].apply(taps.pointer, rows: slots.count * Self.rows, through: operand, to: rows)
        Activation.gelu(rows, count: slots.count * Self.rows * width)
    }

    /// Folds a slice's windows into the spectra's frames from `first` on.
    private func take(_ slot: Int, _ samples: UnsafePointer<Float>, first: Int) {
        let kept = sound.pointer + slot * Self.past
        joined.pointer.update(from: kept, count: Self.past)
        (joined.pointer + Self.past).update(from: samples, count: Self.samples)
        kept.update(from: joined.pointer + Self.samples, count: Self.past)
        for frame in 0..<Self.frames { mel.fold(joined.pointer + frame * LogMel.hop, first + frame, spectra) }
    }

    /// The frames before and those of `power` [8, bands], clamped and scaled, to `context`. [10, bands]
    private func clamp(_ slot: Int, _ power: UnsafePointer<Float>) {
        let bands = LogMel.bands, kept = mels.pointer + slot * 2 * bands
        context.pointer.update(from: kept, count: 2 * bands)
        for frame in 0..<Self.frames {
            let x = power + frame * bands, y = context.pointer + (2 + frame) * bands
            let loudest = x[largest(x, count: bands)]
            levels[slot] = max(max(levels[slot] - Self.levelFall, Self.levelFloor), loudest)
            let floor = levels[slot] - Self.depth
            for band in 0..<bands { y[band] = (max(x[band], floor) + 4) / 4 }
        }
        kept.update(from: context.pointer + Self.frames * bands, count: 2 * bands)
    }

    /// The rows' three frames each, of the kept one and `frames` [8, width].
    private func spread(_ slot: Int, _ frames: UnsafePointer<Float>, to taps: UnsafeMutablePointer<Float>) {
        let width = weights.width, kept = between.pointer + slot * width
        taps.update(from: kept, count: width)
        (taps + width).update(from: frames, count: 2 * width)
        for row in 1..<Self.rows {
            (taps + row * 3 * width).update(from: frames + (2 * row - 1) * width, count: 3 * width)
        }
        kept.update(from: frames + (Self.frames - 1) * width, count: width)
    }
}

// SPEAK: two codes per slice to samples, causal. Silence is exact zeros.
//
//  2 codes ─▶ slow blocks ─▶ × 4 ─▶ fast blocks ─▶ 8 spectra ─▶ inverse STFT ─▶ overlap-add ─▶ samples
//                                                                               └ 30 ms stay for the next slice

internal import Dialogue
internal import Kernels
internal import Transformer

/// The voice decoder, with a column of state per slot.
final class DuetSpeak: Stage {
    private static let levels = 8
    private static let codesPerSlice = 2

    private let weights: DuetWeights
    private let decode: DuetDecode
    private let slow, fast: CausalStack
    /// Per slice: samples, and spectra. The last `tail` samples of the frames overlap the next slice.
    private let samples, framesPerSlice, tail: Int
    /// [slots, tail]: what the last frames add to the next slice.
    private let tails: Buffer
    private var speaking: [Bool]
    private let values, x, spread, normed, spectra, cosines, frames, line: Buffer
    private let operand: Operand
    /// Rows of the batch that speak, and their slots.
    private var rows: [Int] = []
    private var slots: [Int] = []

    init(weights: DuetWeights, decode: DuetDecode, slots: Int) {
        (self.weights, self.decode) = (weights, decode)
        let s = weights.config.speak
        samples = weights.config.plan.samplesPerSlice
        framesPerSlice = samples / weights.inverse.hop
        tail = weights.inverse.window - weights.inverse.hop
        slow = CausalStack(
            blocks: weights.slow, width: s.width, hiddenWidth: s.hidden, steps: Self.codesPerSlice, slots: slots,
            rowsMax: slots)
        fast = CausalStack(
            blocks: weights.fast, width: s.width, hiddenWidth: s.hidden, steps: framesPerSlice, slots: slots,
            rowsMax: slots)
        tails = Buffer(count: slots * self.tail)
        speaking = Array(repeating: false, count: slots)
        values = Buffer(count: slots * Self.codesPerSlice * 4)
        x = Buffer(count: slots * Self.codesPerSlice * s.width)
        spread = Buffer(count: slots * framesPerSlice * s.width)
        normed = Buffer(count: slots * framesPerSlice * s.width)
        spectra = Buffer(count: slots * framesPerSlice * 2 * weights.inverse.bins)
        cosines = Buffer(count: weights.inverse.bins)
        frames = Buffer(count: slots * framesPerSlice * weights.inverse.window)
        line = Buffer(count: samples + self.tail)
        operand = Operand(rowsMax: slots * framesPerSlice, widthMax: s.width)
        rows.reserveCapacity(slots)
        self.slots.reserveCapacity(slots)
    }

    func open(_ slot: Int, seed: UInt64) {
        speaking[slot] = false
        tails.zero(slot * self.tail..<(slot + 1) * self.tail)
    }

    func run(_ batch: SliceBatch) {
        rows.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        for (row, slot) in batch.slots.enumerated() {
            if batch.decisions[row].speaks {
                rows.append(row)
                slots.append(slot)
                if !speaking[slot] { begin(slot) }
            } else {
                end(batch, row, slot)
            }
        }
        if !rows.isEmpty { synthesize(batch) }
    }

    /// When a turn begins, the decoder's past is silence, as in training.
    private func begin(_ slot: Int) {
        speaking[slot] = true
        slow.open(slot)
        fast.open(slot)
        tails.zero(slot * self.tail..<(slot + 1) * self.tail)
    }

    /// Silence: after a turn, first the frames' tail, which their windows have faded out, then zeros.
    private func end(_ batch: SliceBatch, _ row: Int, _ slot: Int) {
        let tail = tails.pointer + slot * self.tail
        batch.speech.withUnsafeMutableBufferPointer {
            let line = $0.baseAddress! + row * samples
            line.update(repeating: 0, count: samples)
            if speaking[slot] { line.update(from: tail, count: self.tail) }
        }
        speaking[slot] = false
    }

    private func synthesize(_ batch: SliceBatch) {
        let count = rows.count
        for (i, row) in rows.enumerated() {
            for j in 0..<Self.codesPerSlice {
                value(of: decode.codes[row * 2 + j], into: values.pointer + (i * 2 + j) * 4)
            }
        }
        weights.speakInput.apply(values.pointer, rows: count * 2, to: x.pointer)
        slow.step(x.pointer, slots: slots)
        // [count, 2, 4 · width] is [count, 8, width].
        weights.spread.apply(x.pointer, rows: count * 2, through: operand, to: spread.pointer)
        fast.step(spread.pointer, slots: slots)
        weights.speakNorm.apply(spread.pointer, rows: count * framesPerSlice, to: normed.pointer)
        weights.speakOutput.apply(normed.pointer, rows: count * framesPerSlice, through: operand, to: spectra.pointer)
        weights.inverse.apply(
            spectra.pointer, rows: count * framesPerSlice, scratch: cosines.pointer, to: frames.pointer)
        for (i, row) in rows.enumerated() { overlap(batch, i, row) }
    }

    /// The four levels of a code as values in [-1, 1) (finite scalar quantization, Mentzer et al. 2023).
    private func value(of code: Int, into target: UnsafeMutablePointer<Float>) {
        var rest = code
        for i in 0..<4 {
            target[i] = Float(rest % Self.levels) / Float(Self.levels / 2) - 1
            rest /= Self.levels
        }
    }

    private func overlap(_ batch: SliceBatch, _ i: Int, _ row: Int) {
        let tail = tails.pointer + batch.slots[row] * self.tail
        line.zero()
        line.pointer.update(from: tail, count: self.tail)
        for frame in 0..<framesPerSlice {
            let source = frames.pointer + (i * framesPerSlice + frame) * weights.inverse.window
            let target = line.pointer + frame * weights.inverse.hop
            for k in 0..<weights.inverse.window { target[k] += source[k] / InverseSpectrum.overlapGain }
        }
        batch.speech.withUnsafeMutableBufferPointer {
            ($0.baseAddress! + row * samples).update(from: line.pointer, count: samples)
        }
        tail.update(from: line.pointer + samples, count: self.tail)
    }
}

// LISTEN: microphone samples to two encoder rows per slice, causal.
//
//  a slice of samples ─▶ 8 mel frames ─▶ 2 stacks of 4 ─▶ causal blocks ─▶ norm ─▶ [2, width]

internal import Dialogue
internal import Kernels
internal import Transformer

/// The listening encoder, with a column of state per slot.
final class DuetListen: Stage {
    private let weights: DuetWeights
    private let stack: CausalStack
    /// Per slice: samples, mel frames, and rows for the decoder. Windows reach back by `past` samples.
    private let samples, frames, steps, past: Int
    /// [slots, past + samples]: the past samples that the next windows need, then the slice.
    private let history: Buffer
    private let windows, scratch, bands, hidden: Buffer
    private let operand: Operand
    /// [rowsMax, 2 · width]: the rows of this step, read by DECODE.
    let rows: Buffer

    init(weights: DuetWeights, slots: Int) {
        self.weights = weights
        let c = weights.config
        samples = c.plan.samplesPerSlice
        frames = samples / weights.mel.hop
        steps = frames / c.listen.stack
        past = weights.mel.window - weights.mel.hop
        stack = CausalStack(
            blocks: weights.listenBlocks, width: c.listen.width, hiddenWidth: c.listen.hidden, steps: steps,
            slots: slots,
            rowsMax: slots)
        history = Buffer(count: slots * (past + samples))
        windows = Buffer(count: slots * frames * weights.mel.window)
        scratch = Buffer(count: slots * frames * weights.mel.scratch)
        bands = Buffer(count: slots * frames * MelSpectrum.bands)
        hidden = Buffer(count: slots * steps * c.listen.width)
        rows = Buffer(count: slots * steps * c.listen.width)
        operand = Operand(rowsMax: slots * steps, widthMax: weights.listenInput.inputs)
    }

    func open(_ slot: Int, seed: UInt64) {
        let size = past + samples
        history.zero(slot * size..<(slot + 1) * size)
        stack.open(slot)
    }

    func run(_ batch: SliceBatch) {
        let count = batch.slots.count
        for (row, slot) in batch.slots.enumerated() { frame(batch, row, slot) }
        weights.mel.apply(windows.pointer, rows: count * frames, scratch: scratch.pointer, to: bands.pointer)
        // Four consecutive frames make one stack: [count, 8, 80] is [count, 2, 320].
        weights.listenInput.apply(
            bands.pointer, rows: count * steps, through: operand, to: hidden.pointer)
        stack.step(hidden.pointer, slots: batch.slots)
        weights.listenNorm.apply(hidden.pointer, rows: count * steps, to: rows.pointer)
    }

    /// Cuts the slice into windows that end every 10 ms.
    private func frame(_ batch: SliceBatch, _ row: Int, _ slot: Int) {
        let line = history.pointer + slot * (past + samples)
        batch.microphone.withUnsafeBufferPointer {
            (line + past).update(from: $0.baseAddress! + row * samples, count: samples)
        }
        for i in 0..<frames {
            (windows.pointer + (row * frames + i) * weights.mel.window)
                .update(from: line + i * weights.mel.hop, count: weights.mel.window)
        }
        line.update(from: line + samples, count: past)
    }
}

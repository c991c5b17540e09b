// LISTEN: microphone samples to two encoder rows a slice, causal.
//
//  1280 samples ─▶ 8 mel frames ─▶ 2 stacks of 4 ─▶ causal blocks ─▶ norm ─▶ [2, width]

internal import Dialogue
internal import Kernels
internal import Transformer

/// The listening encoder with a column of state per slot.
final class ListenStage: Stage {
    private static let frames = 8
    private static let steps = 2
    private static let past = MelSpectrum.window - MelSpectrum.hop

    private let weights: DuetWeights
    private let stack: CausalStack
    private let samples: Int
    /// [slots, 480 + 1280]: the samples that the next windows reach back to, then the slice.
    private let heard: Buffer
    private let windows, scratch, bands, hidden: Buffer
    private let operand: Operand
    /// [rowsMax, 2 · width]: the rows of this step, read by DECODE.
    let rows: Buffer

    init(weights: DuetWeights, slots: Int) {
        self.weights = weights
        let c = weights.config
        samples = c.plan.samplesPerSlice
        stack = CausalStack(
            blocks: weights.listenBlocks, width: c.listen.width, hiddenWidth: c.listen.hidden, steps: Self.steps,
            slots: slots,
            rowsMax: slots)
        heard = Buffer(count: slots * (Self.past + samples))
        windows = Buffer(count: slots * Self.frames * MelSpectrum.window)
        scratch = Buffer(count: slots * Self.frames * MelSpectrum.scratch)
        bands = Buffer(count: slots * Self.frames * MelSpectrum.bands)
        hidden = Buffer(count: slots * Self.steps * c.listen.width)
        rows = Buffer(count: slots * Self.steps * c.listen.width)
        operand = Operand(rowsMax: slots * Self.steps, widthMax: weights.listenInput.inputs)
    }

    func open(_ slot: Int, seed: UInt64) {
        let size = Self.past + samples
        heard.zero(slot * size..<(slot + 1) * size)
        stack.open(slot)
    }

    func run(_ batch: SliceBatch) {
        let count = batch.slots.count
        for (row, slot) in batch.slots.enumerated() { frame(batch, row, slot) }
        weights.mel.apply(windows.pointer, rows: count * Self.frames, scratch: scratch.pointer, to: bands.pointer)
        // Four frames in a row are one stack: [count, 8, 80] is [count, 2, 320].
        weights.listenInput.apply(
            bands.pointer, rows: count * Self.steps, through: operand, to: hidden.pointer)
        stack.step(hidden.pointer, slots: batch.slots)
        weights.listenNorm.apply(hidden.pointer, rows: count * Self.steps, to: rows.pointer)
    }

    /// Cuts the slice into 8 windows of 640 that end every 160 samples.
    private func frame(_ batch: SliceBatch, _ row: Int, _ slot: Int) {
        let line = heard.pointer + slot * (Self.past + samples)
        batch.heard.withUnsafeBufferPointer {
            (line + Self.past).update(from: $0.baseAddress! + row * samples, count: samples)
        }
        for i in 0..<Self.frames {
            (windows.pointer + (row * Self.frames + i) * MelSpectrum.window)
                .update(from: line + i * MelSpectrum.hop, count: MelSpectrum.window)
        }
        line.update(from: line + samples, count: Self.past)
    }
}

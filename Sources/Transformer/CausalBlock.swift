// A causal dilated convolution block, computed as two matrix products and streamed for many sessions.

public import Kernels

/// x + down(gelu(up([n(x)(t − 2d), n(x)(t − d), n(x)(t)]))), where n is a layer norm and rows before the start are zeros.
public struct CausalBlock: Sendable {
    static let taps = 3
    let norm: Normalization
    public let up, down: Linear
    let dilation: Int

    public init(norm: Normalization, up: Linear, down: Linear, dilation: Int) {
        (self.norm, self.up, self.down, self.dilation) = (norm, up, down, dilation)
    }

    /// Rows of the past that the block reads.
    var reach: Int { (Self.taps - 1) * dilation }
}

/// A chain of causal blocks with a column of past rows per slot. One worker owns it; weights are shared.
public final class CausalStack {
    private let blocks: [CausalBlock]
    private let width: Int
    private let steps: Int
    /// Per block: [slots, reach + steps, width], oldest rows first.
    private let histories: [Buffer]
    private let taps, hidden, output: Buffer
    private let operand: Operand

    /// `steps` rows per slice and session, at most `rowsMax` sessions at once.
    public init(blocks: [CausalBlock], width: Int, hiddenWidth: Int, steps: Int, slots: Int, rowsMax: Int) {
        (self.blocks, self.width, self.steps) = (blocks, width, steps)
        histories = blocks.map { Buffer(count: slots * ($0.reach + steps) * width) }
        taps = Buffer(count: rowsMax * steps * CausalBlock.taps * width)
        hidden = Buffer(count: rowsMax * steps * hiddenWidth)
        output = Buffer(count: rowsMax * steps * width)
        operand = Operand(rowsMax: rowsMax * steps, widthMax: max(CausalBlock.taps * width, hiddenWidth))
    }

    /// Wipes the slot's past.
    public func open(_ slot: Int) {
        for (block, history) in zip(blocks, histories) {
            let size = (block.reach + steps) * width
            history.zero(slot * size..<(slot + 1) * size)
        }
    }

    /// x [slots.count, steps, width], in place.
    public func step(_ x: UnsafeMutablePointer<Float>, slots: [Int]) {
        let rows = slots.count * steps
        for (block, history) in zip(blocks, histories) {
            for (row, slot) in slots.enumerated() { gather(block, history, slot, x + row * steps * width, row) }
            block.up.apply(taps.pointer, rows: rows, through: operand, to: hidden.pointer)
            Activation.gelu(hidden.pointer, count: rows * block.up.outputs)
            block.down.apply(hidden.pointer, rows: rows, through: operand, to: output.pointer)
            add(output.pointer, to: x, count: rows * width)
        }
    }

    /// Normalizes the new rows into the place after the slot's past, copies out each row's taps, and shifts the past.
    private func gather(_ block: CausalBlock, _ history: Buffer, _ slot: Int, _ x: UnsafePointer<Float>, _ row: Int) {
        let past = history.pointer + slot * (block.reach + steps) * width
        block.norm.apply(x, rows: steps, to: past + block.reach * width)
        for step in 0..<steps {
            for tap in 0..<CausalBlock.taps {
                (taps.pointer + ((row * steps + step) * CausalBlock.taps + tap) * width)
                    .update(from: past + (step + tap * block.dilation) * width, count: width)
            }
        }
        past.update(from: past + steps * width, count: block.reach * width)
    }
}

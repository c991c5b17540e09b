// Characters as a guess, from the ear's rows (CTC, Graves et al. 2006).

internal import Basics
internal import Kernels

/// One thread owns it. Whoever wants characters runs it on every row of a stream; the ear does not need it.
public final class EarHead {
    /// The first is the blank.
    public static let characters = Array("-" + " abcdefghijklmnopqrstuvwxyz'")
    static let taps = 5

    private let head: EarWeights.Head
    private let width: Int
    /// The rows before. [slots, 4, width]
    private let past: Buffer
    // Scratch. [slots · rowsMax, …]
    private let joined, wide: Buffer
    private let operand: Operand
    private let rowsMax: Int

    /// nil where the weights hold no head. At most `rowsMax` rows of each of `slots` at once.
    public init?(_ weights: EarWeights, slots: Int, rowsMax: Int) {
        guard let head = weights.head else { return nil }
        (self.head, width, self.rowsMax) = (head, weights.width, slots * rowsMax)
        past = Buffer(count: slots * (Self.taps - 1) * width)
        joined = Buffer(count: slots * rowsMax * Self.taps * width)
        wide = Buffer(count: slots * rowsMax * head.taps.outputs)
        operand = Operand(rowsMax: slots * rowsMax, widthMax: max(Self.taps * width, head.taps.outputs))
    }

    public func open(_ slot: Int) {
        let size = (Self.taps - 1) * width
        past.zero(slot * size..<(slot + 1) * size)
    }

    /// rows [slots.count, count, width] to log probabilities [slots.count, count, 29].
    public func run(
        _ slots: [Int], rows: UnsafePointer<Float>, count: Int, to target: UnsafeMutablePointer<Float>
    ) {
        let all = slots.count * count, letters = Self.characters.count
        invariant(all <= rowsMax, "\(all) rows where there is room for \(rowsMax)")
        for (i, slot) in slots.enumerated() {
            for row in 0..<count { gather(slot, rows + i * count * width, row, to: i * count + row) }
            keep(slot, joined.pointer + ((i + 1) * count - 1) * Self.taps * width)
        }
        head.taps.apply(joined.pointer, rows: all, through: operand, to: wide.pointer)
        Activation.gelu(wide.pointer, count: all * head.taps.outputs)
        head.norm.apply(wide.pointer, rows: all, to: wide.pointer)
        head.output.apply(wide.pointer, rows: all, through: operand, to: target)
        for row in 0..<all {
            let x = target + row * letters, total = logSumExp(x, count: letters)
            for i in 0..<letters { x[i] -= total }
        }
    }

    /// Row `row` of a slot and the four before it.
    private func gather(_ slot: Int, _ rows: UnsafePointer<Float>, _ row: Int, to index: Int) {
        let before = Self.taps - 1, target = joined.pointer + index * Self.taps * width
        for tap in 0..<Self.taps {
            let place = row + tap - before
            let kept = past.pointer + (slot * before + before + min(place, -1)) * width
            (target + tap * width).update(from: place < 0 ? UnsafePointer(kept) : rows + place * width, count: width)
        }
    }

    /// The last four of a row's five are before the next.
    private func keep(_ slot: Int, _ five: UnsafePointer<Float>) {
        let size = (Self.taps - 1) * width
        (past.pointer + slot * size).update(from: five + width, count: size)
    }
}

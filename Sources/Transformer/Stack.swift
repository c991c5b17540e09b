// A decoder-only transformer in Llama's shape: pre-norm, rotary positions, grouped-query attention, SwiGLU.

internal import Basics
public import Kernels

/// The sizes of a stack.
public struct StackShape: Hashable, Sendable {
    public var width, layers, heads, keyHeads, headDim, hidden: Int
    public var ropeBase: Double
    /// Divisors of the rotary frequencies, [headDim / 2]; empty for none (Llama 3.1's scaling to long contexts).
    public var ropeFactors: [Float]

    public init(
        width: Int, layers: Int, heads: Int, keyHeads: Int, headDim: Int, hidden: Int, ropeBase: Double,
        ropeFactors: [Float] = []
    ) {
        (self.width, self.layers, self.heads, self.keyHeads) = (width, layers, heads, keyHeads)
        (self.headDim, self.hidden, self.ropeBase, self.ropeFactors) = (headDim, hidden, ropeBase, ropeFactors)
    }
}

/// One layer's weights.
public struct Block: Sendable {
    public let attentionNorm, feedNorm: Normalization
    public let query, key, value, output, gate, up, down: Linear
    /// RMS norms of every head's query and key before rotation (Qwen 3). [headDim]
    public let queryNorm, keyNorm: Normalization?

    public init(
        attentionNorm: Normalization, query: Linear, key: Linear, value: Linear, output: Linear,
        feedNorm: Normalization,
        gate: Linear, up: Linear, down: Linear, queryNorm: Normalization? = nil, keyNorm: Normalization? = nil
    ) {
        (self.attentionNorm, self.feedNorm) = (attentionNorm, feedNorm)
        (self.queryNorm, self.keyNorm) = (queryNorm, keyNorm)
        (self.query, self.key, self.value, self.output) = (query, key, value, output)
        (self.gate, self.up, self.down) = (gate, up, down)
    }
}

/// Runs rows of different sessions, each at its own position, through all layers. One worker owns it; weights are shared.
public final class Stack {
    private let layers: Layers
    /// [slots]
    public private(set) var memories: [SlotMemory]
    /// The rows of a step.
    private var rows: [Layers.Row] = []

    /// Keys and values are cached in `precision`.
    public init(
        shape: StackShape, blocks: [Block], norm: Normalization, memory: SlotMemory.Shape, precision: Precision = .f32,
        slots: Int, rowsMax: Int
    ) {
        layers = Layers(
            shape: shape, blocks: blocks, norm: norm, rowsPerSlot: memory.rows, precision: precision, slots: slots,
            rowsMax: rowsMax)
        memories = Array(repeating: SlotMemory(shape: memory), count: slots)
        rows.reserveCapacity(rowsMax)
    }

    /// Forgets a slot's positions. What the cache holds of them is never read again.
    public func open(_ slot: Int) { memories[slot].reset() }

    /// Starts a slot at `position`, for tests of long streams and benches.
    public func start(_ slot: Int, at position: Int) { memories[slot].start(at: position) }

    /// Takes back a slot's last position, to compute it again with another input. It must not be the first of a slice.
    public func rewind(_ slot: Int) { memories[slot].rewind() }

    /// Makes room in the memory for a slot's current slice, whose rows must be in the next step. False if it cannot be remembered.
    public func remember(_ slot: Int) -> Bool {
        guard let move = memories[slot].remember() else { return false }
        if move.count > 0 { layers.move(slot, move) }
        return true
    }

    /// x [each, slots.count, width], replaced by the final norm's output. Every slot advances by `each` positions: one, or two of
    /// the same slice, which then share one pass over the cache.
    ///
    /// After these rows come those of the slots in `remembering`: whole slices that only go into the memory, where `remember` has
    /// made room.
    public func step(_ x: UnsafeMutablePointer<Float>, slots: [Int], each: Int = 1, remembering: [Int] = []) {
        invariant(each == 1 || each == 2, "\(each) positions of a slot in a step")
        place(slots, each: each, remembering: remembering)
        layers.run(x, rows, pairs: each == 2 ? slots.count : 0)
    }

    /// Lists the rows of a step: the first new position of every slot, then the second ones, then the slices to be remembered.
    private func place(_ slots: [Int], each: Int, remembering: [Int]) {
        rows.removeAll(keepingCapacity: true)
        for slot in slots {
            let first = memories[slot].advance(each)
            rows.append(Layers.Row(slot, memories[slot].place(first)))
        }
        for i in 1..<each {
            for (row, slot) in slots.enumerated() {
                rows.append(Layers.Row(slot, memories[slot].place(rows[row].place.position + i)))
            }
        }
        for slot in remembering {
            let first = memories[slot].advanceMemory()
            for p in first..<first + memories[slot].shape.slice {
                rows.append(Layers.Row(slot, memories[slot].memoryPlace(p)))
            }
        }
    }
}

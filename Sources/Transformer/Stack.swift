// A decoder-only transformer in Llama's shape: pre-norm, rotary positions, grouped-query attention, SwiGLU.

internal import Basics
public import Kernels

/// The sizes of a stack.
public struct StackShape: Hashable, Sendable {
    public var width, layers, heads, keyHeads, headDim, hidden: Int
    public var ropeBase: Double

    public init(width: Int, layers: Int, heads: Int, keyHeads: Int, headDim: Int, hidden: Int, ropeBase: Double) {
        (self.width, self.layers, self.heads, self.keyHeads) = (width, layers, heads, keyHeads)
        (self.headDim, self.hidden, self.ropeBase) = (headDim, hidden, ropeBase)
    }
}

/// One layer's weights.
public struct Block: Sendable {
    public let attentionNorm, feedNorm: Normalization
    public let query, key, value, output, gate, up, down: Linear

    public init(
        attentionNorm: Normalization, query: Linear, key: Linear, value: Linear, output: Linear,
        feedNorm: Normalization,
        gate: Linear, up: Linear, down: Linear
    ) {
        (self.attentionNorm, self.feedNorm) = (attentionNorm, feedNorm)
        (self.query, self.key, self.value, self.output) = (query, key, value, output)
        (self.gate, self.up, self.down) = (gate, up, down)
    }
}

/// Runs rows of different sessions, each at its own position, through all layers. One worker owns it; weights are shared.
public final class Stack {
    private let shape: StackShape
    private let blocks: [Block]
    private let norm: Normalization
    private let rowsMax: Int
    private let rotary: Rotary
    private let precision: Precision
    private let caches: [KeyValueCache]
    /// [slots]
    public private(set) var memories: [SlotMemory]
    /// The rows of a step: their slots and places.
    private var places: [(slot: Int, place: SlotMemory.Place)] = []
    // Scratch, [rowsMax, …].
    private let normed, queries, turned, sinkQueries, keys, values, mixed, pair, projected, gates, ups, scores: Buffer
    /// Rotary angles of the rows: of their positions, and of their ranks among what they see.
    private let here, among: Buffer
    private let operand: Operand

    /// Keys and values are cached in `precision`.
    public init(
        shape: StackShape, blocks: [Block], norm: Normalization, memory: SlotMemory.Shape, precision: Precision = .f32,
        slots: Int, rowsMax: Int
    ) {
        (self.shape, self.blocks, self.norm, self.rowsMax) = (shape, blocks, norm, rowsMax)
        rotary = Rotary(dim: shape.headDim, base: shape.ropeBase)
        self.precision = precision
        caches = blocks.map { _ in
            KeyValueCache(
                slots: slots, heads: shape.keyHeads, rows: memory.rows, dim: shape.headDim, precision: precision)
        }
        memories = Array(repeating: SlotMemory(shape: memory), count: slots)
        places.reserveCapacity(rowsMax)
        func scratch(_ width: Int) -> Buffer { Buffer(count: rowsMax * width) }
        normed = scratch(shape.width)
        queries = scratch(shape.heads * shape.headDim)
        turned = scratch(shape.heads * shape.headDim)
        sinkQueries = scratch(shape.heads * shape.headDim)
        keys = scratch(shape.keyHeads * shape.headDim)
        values = scratch(shape.keyHeads * shape.headDim)
        mixed = scratch(shape.heads * shape.headDim)
        projected = scratch(shape.width)
        gates = scratch(shape.hidden)
        ups = scratch(shape.hidden)
        pair = Buffer(count: 2 * shape.heads / shape.keyHeads * shape.headDim)
        scores = Buffer(count: 2 * shape.heads / shape.keyHeads * memory.rows)
        here = scratch(shape.headDim)
        among = scratch(shape.headDim)
        operand = Operand(
            rowsMax: rowsMax, widthMax: max(shape.width, shape.heads * shape.headDim, shape.hidden))
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
        if move.count > 0 {
            rotary.angles(-move.positions, into: here.pointer)
            for cache in caches {
                cache.move(slot, move) { [rotary, here] key in rotary.rotate(key, heads: 1, by: here.pointer, to: key) }
            }
        }
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
        let rows = places.count, dim = shape.headDim
        for (row, (_, place)) in places.enumerated() {
            rotary.angles(place.position, into: here.pointer + row * dim)
            rotary.angles(place.among, into: among.pointer + row * dim)
        }
        for (block, cache) in zip(blocks, caches) {
            attend(x, block, cache, pairs: each == 2 ? slots.count : 0)
            block.feedNorm.apply(x, rows: rows, to: normed.pointer)
            operand.take(normed.pointer, rows: rows, inputs: shape.width, as: block.gate.precision)
            block.gate.apply(operand, to: gates.pointer)
            block.up.apply(operand, to: ups.pointer)
            Activation.swiglu(gates.pointer, ups.pointer, count: rows * shape.hidden)
            block.down.apply(gates.pointer, rows: rows, through: operand, to: projected.pointer)
            add(projected.pointer, to: x, count: rows * shape.width)
        }
        norm.apply(x, rows: rows, to: x)
    }

    /// Lists the rows of a step: the first new position of every slot, then the second ones, then the slices to be remembered.
    private func place(_ slots: [Int], each: Int, remembering: [Int]) {
        places.removeAll(keepingCapacity: true)
        for slot in slots {
            let first = memories[slot].advance(each)
            places.append((slot, memories[slot].place(first)))
        }
        for i in 1..<each {
            for (row, slot) in slots.enumerated() {
                places.append((slot, memories[slot].place(places[row].place.position + i)))
            }
        }
        for slot in remembering {
            let first = memories[slot].advanceMemory()
            for p in first..<first + memories[slot].shape.slice { places.append((slot, memories[slot].memoryPlace(p))) }
        }
        invariant(places.count <= rowsMax, "\(places.count) rows where there is room for \(rowsMax)")
    }

    // MARK: One layer

    /// Row i below `pairs` is the position just before that of row `pairs` + i.
    private func attend(_ x: UnsafeMutablePointer<Float>, _ block: Block, _ cache: KeyValueCache, pairs: Int) {
        let rows = places.count, dim = shape.headDim, keyWidth = shape.keyHeads * dim, width = shape.heads * dim
        let group = shape.heads / shape.keyHeads, part = group * dim
        block.attentionNorm.apply(x, rows: rows, to: normed.pointer)
        operand.take(normed.pointer, rows: rows, inputs: shape.width, as: block.query.precision)
        block.query.apply(operand, to: queries.pointer)
        block.key.apply(operand, to: keys.pointer)
        block.value.apply(operand, to: values.pointer)
        for (row, (slot, place)) in places.enumerated() {
            let key = keys.pointer + row * keyWidth, value = values.pointer + row * keyWidth
            let table = here.pointer + row * dim
            rotary.rotate(key, heads: shape.keyHeads, by: table, to: key)
            cache.store(slot, place.row, key: key, value: value)
            for head in 0..<shape.keyHeads {
                let query = queries.pointer + row * width + head * part
                let first = queryPlace(row, head, pairs: pairs)
                rotary.rotate(query, heads: group, by: among.pointer + row * dim, to: sinkQueries.pointer + first)
                rotary.rotate(query, heads: group, by: table, to: turned.pointer + first)
            }
        }
        for row in 0..<pairs {
            for head in 0..<shape.keyHeads {
                let first = queryPlace(row, head, pairs: pairs)
                mix(places[pairs + row], head, cache, from: first, positions: 2, to: pair.pointer)
                for i in 0..<2 {
                    (mixed.pointer + (row + i * pairs) * width + head * part).update(
                        from: pair.pointer + i * part, count: part)
                }
            }
        }
        for row in 2 * pairs..<rows {
            for head in 0..<shape.keyHeads {
                let first = row * width + head * part
                mix(places[row], head, cache, from: first, positions: 1, to: mixed.pointer + first)
            }
        }
        block.output.apply(mixed.pointer, rows: rows, through: operand, to: projected.pointer)
        add(projected.pointer, to: x, count: rows * shape.width)
    }

    /// Offset of a row's rotated queries that share a key head. Those of both positions of a pair are adjacent.
    private func queryPlace(_ row: Int, _ head: Int, pairs: Int) -> Int {
        let part = shape.heads / shape.keyHeads * shape.headDim, width = shape.heads * shape.headDim
        if row < pairs { return 2 * row * width + 2 * head * part }
        if row < 2 * pairs { return 2 * (row - pairs) * width + (2 * head + 1) * part }
        return row * width + head * part
    }

    /// Attention through one key head, for the queries from `first` on: those of a place, preceded by those of the position before
    /// it if `positions` is 2.
    private func mix(
        _ row: (slot: Int, place: SlotMemory.Place), _ head: Int, _ cache: KeyValueCache, from first: Int,
        positions: Int, to out: UnsafeMutablePointer<Float>
    ) {
        let group = shape.heads / shape.keyHeads
        Attention.mix(
            cache.view(row.slot, head, row.place), sinkQueries: sinkQueries.pointer + first,
            queries: turned.pointer + first, group: positions * group, early: (positions - 1) * group,
            dim: shape.headDim, stride: shape.headDim, precision: precision, scores: scores.pointer, to: out)
    }
}

// The layers of a decoder-only transformer: rows in, rows out. Whoever calls decides where each row stands.

internal import Basics
public import Kernels

/// All layers with their caches. One thread owns it; weights are shared.
public final class Layers {
    /// A row of a step: a slot, and where the row's position stands in it.
    public struct Row: Sendable {
        public var slot: Int
        public var place: SlotMemory.Place

        public init(_ slot: Int, _ place: SlotMemory.Place) { (self.slot, self.place) = (slot, place) }
    }

    private let shape: StackShape
    private let blocks: [Block]
    private let norm: Normalization
    private let rowsMax: Int
    private let rotary: Rotary
    private let precision: Precision
    private let caches: [KeyValueCache]
    /// The rows of the step that runs.
    private var rows: [Row] = []
    // Scratch, [rowsMax, …].
    private let normed, queries, turned, sinkQueries, keys, values, mixed, pair, projected, gates, ups, scores: Buffer
    /// Rotary angles of the rows: of their positions, and of their ranks among what they see.
    private let here, among: Buffer
    private let operand: Operand

    /// Keys and values are cached in `precision`, `rowsPerSlot` of them. If `isLazy`, the cache takes memory only for rows that were
    /// written since their slot was last released.
    public init(
        shape: StackShape, blocks: [Block], norm: Normalization, rowsPerSlot: Int, precision: Precision = .f32,
        slots: Int, rowsMax: Int, isLazy: Bool = false
    ) {
        (self.shape, self.blocks, self.norm, self.rowsMax) = (shape, blocks, norm, rowsMax)
        rotary = Rotary(dim: shape.headDim, base: shape.ropeBase, factors: shape.ropeFactors)
        self.precision = precision
        caches = blocks.map { _ in
            KeyValueCache(
                slots: slots, heads: shape.keyHeads, rows: rowsPerSlot, dim: shape.headDim, precision: precision,
                isLazy: isLazy)
        }
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
        scores = Buffer(count: 2 * shape.heads / shape.keyHeads * rowsPerSlot)
        here = scratch(shape.headDim)
        among = scratch(shape.headDim)
        operand = Operand(
            rowsMax: rowsMax, widthMax: max(shape.width, shape.heads * shape.headDim, shape.hidden))
    }

    /// x [rows.count, width], replaced by the final norm's output. A slot may have several rows, in the order of their positions:
    /// each sees those before it.
    ///
    /// Row i below `pairs` is the position just before that of row `pairs` + i, with which it shares one pass over the cache.
    public func run(_ x: UnsafeMutablePointer<Float>, _ rows: [Row], pairs: Int = 0) {
        invariant(rows.count <= rowsMax, "\(rows.count) rows where there is room for \(rowsMax)")
        self.rows = rows
        let count = rows.count, dim = shape.headDim
        for (row, at) in rows.enumerated() {
            rotary.angles(at.place.position, into: here.pointer + row * dim)
            rotary.angles(at.place.among, into: among.pointer + row * dim)
        }
        for (block, cache) in zip(blocks, caches) {
            attend(x, block, cache, pairs: pairs)
            block.feedNorm.apply(x, rows: count, to: normed.pointer)
            operand.take(normed.pointer, rows: count, inputs: shape.width, as: block.gate.precision)
            block.gate.apply(operand, to: gates.pointer)
            block.up.apply(operand, to: ups.pointer)
            Activation.swiglu(gates.pointer, ups.pointer, count: count * shape.hidden)
            block.down.apply(gates.pointer, rows: count, through: operand, to: projected.pointer)
            add(projected.pointer, to: x, count: count * shape.width)
        }
        norm.apply(x, rows: count, to: x)
        // The caller's list stays the only one: it will be filled again without an allocation.
        self.rows = []
    }

    /// Moves a slot's rows; their keys are rotated back by the number of positions they move.
    func move(_ slot: Int, _ move: SlotMemory.Move) {
        rotary.angles(-move.positions, into: here.pointer)
        for cache in caches {
            cache.move(slot, move) { [rotary, here] key in rotary.rotate(key, heads: 1, by: here.pointer, to: key) }
        }
    }

    /// Copies a slot's first `count` rows to another slot.
    public func copy(_ source: Int, to target: Int, count: Int) {
        for cache in caches { cache.copy(source, to: target, count: count) }
    }

    /// Returns a slot's memory to the system, if the cache is lazy. The rows must be written before they are read again.
    public func release(_ slot: Int) {
        for cache in caches { cache.release(slot) }
    }

    // MARK: One layer

    /// Row i below `pairs` is the position just before that of row `pairs` + i.
    private func attend(_ x: UnsafeMutablePointer<Float>, _ block: Block, _ cache: KeyValueCache, pairs: Int) {
        let count = rows.count, dim = shape.headDim, keyWidth = shape.keyHeads * dim, width = shape.heads * dim
        let group = shape.heads / shape.keyHeads, part = group * dim
        block.attentionNorm.apply(x, rows: count, to: normed.pointer)
        operand.take(normed.pointer, rows: count, inputs: shape.width, as: block.query.precision)
        block.query.apply(operand, to: queries.pointer)
        block.key.apply(operand, to: keys.pointer)
        block.value.apply(operand, to: values.pointer)
        block.queryNorm?.apply(queries.pointer, rows: count * shape.heads, to: queries.pointer)
        block.keyNorm?.apply(keys.pointer, rows: count * shape.keyHeads, to: keys.pointer)
        for (row, at) in rows.enumerated() {
            let key = keys.pointer + row * keyWidth, value = values.pointer + row * keyWidth
            let table = here.pointer + row * dim
            rotary.rotate(key, heads: shape.keyHeads, by: table, to: key)
            cache.store(at.slot, at.place.row, key: key, value: value)
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
                mix(rows[pairs + row], head, cache, from: first, positions: 2, to: pair.pointer)
                for i in 0..<2 {
                    (mixed.pointer + (row + i * pairs) * width + head * part).update(
                        from: pair.pointer + i * part, count: part)
                }
            }
        }
        for row in 2 * pairs..<count {
            for head in 0..<shape.keyHeads {
                let first = row * width + head * part
                mix(rows[row], head, cache, from: first, positions: 1, to: mixed.pointer + first)
            }
        }
        block.output.apply(mixed.pointer, rows: count, through: operand, to: projected.pointer)
        add(projected.pointer, to: x, count: count * shape.width)
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
        _ row: Row, _ head: Int, _ cache: KeyValueCache, from first: Int,
        positions: Int, to out: UnsafeMutablePointer<Float>
    ) {
        let group = shape.heads / shape.keyHeads
        Attention.mix(
            cache.view(row.slot, head, row.place), sinkQueries: sinkQueries.pointer + first,
            queries: turned.pointer + first, group: positions * group, early: (positions - 1) * group,
            dim: shape.headDim, stride: shape.headDim, precision: precision, scores: scores.pointer, to: out)
    }
}

// A decoder-only transformer: pre-norm, rotary positions, grouped-query attention, SwiGLU. Llama's shape.

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

/// A row of a step: a slot's next position, or one of its memory, which counts from the first sink.
private struct Place {
    var slot, position: Int
    var isMemory: Bool
}

/// Runs rows of different sessions, each at its own position, through all layers. One worker owns it; weights are shared.
public final class Stack {
    private let shape: StackShape
    private let blocks: [Block]
    private let norm: Normalization
    private let rowsMax: Int
    private let rotary: Rotary
    private let cache: SinkCache.Shape
    private let caches: [SinkCache]
    /// Positions so far, by slot.
    public private(set) var positions: [Int]
    /// Positions in the memory, by slot; how many of them the talk sees, because their slices have left the window; and
    /// which slices of the window are among the others. [slots, window / slice]
    private var remembered: [Int]
    private var seen: [Int]
    private var marked: [Bool]
    /// The rows of a step.
    private var places: [Place] = []
    // Scratch, [rowsMax, …].
    private let normed, queries, turned, sinkQueries, keys, values, mixed, pair, projected, gates, ups, scores: Buffer
    private let here, cached: Buffer
    private let operand: Operand

    public init(
        shape: StackShape, blocks: [Block], norm: Normalization, cache: SinkCache.Shape, slots: Int, rowsMax: Int
    ) {
        (self.shape, self.blocks, self.norm, self.rowsMax) = (shape, blocks, norm, rowsMax)
        rotary = Rotary(dim: shape.headDim, base: shape.ropeBase)
        caches = blocks.map { _ in SinkCache(shape: cache, heads: shape.keyHeads, slots: slots) }
        self.cache = cache
        positions = Array(repeating: 0, count: slots)
        remembered = Array(repeating: 0, count: slots)
        seen = Array(repeating: 0, count: slots)
        marked = Array(repeating: false, count: slots * (cache.window / cache.slice))
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
        scores = Buffer(count: 2 * shape.heads / shape.keyHeads * cache.count)
        here = scratch(shape.headDim)
        cached = scratch(shape.headDim)
        operand = Operand(
            rowsMax: rowsMax, widthMax: max(shape.width, shape.heads * shape.headDim, shape.hidden))
    }

    /// Forgets a slot's positions. What the cache held is never read again.
    public func open(_ slot: Int) {
        positions[slot] = 0
        remembered[slot] = 0
        seen[slot] = 0
    }

    /// Starts a slot at `position`, for tests of long streams and benches.
    public func start(_ slot: Int, at position: Int) { positions[slot] = position }

    /// x [each, slots.count, width] in; the final norm's output in place. Every slot advances by `each` positions: one, or two of
    /// the same slice, which read the cache once.
    ///
    /// Behind these rows come those of the slots in `remembering`, whole slices, for their memories alone: `reserve` has
    /// made room for each.
    public func step(_ x: UnsafeMutablePointer<Float>, slots: [Int], each: Int = 1, remembering: [Int] = []) {
        invariant(each == 1 || each == 2, "\(each) positions of a slot in a step")
        for slot in slots where positions[slot] % cache.slice == 0 { makeRoom(slot) }
        places.removeAll(keepingCapacity: true)
        for i in 0..<each {
            for slot in slots { places.append(Place(slot: slot, position: positions[slot] + i, isMemory: false)) }
        }
        for slot in remembering {
            for i in 0..<cache.slice {
                places.append(Place(slot: slot, position: cache.sinks + remembered[slot] + i, isMemory: true))
            }
        }
        let rows = places.count, dim = shape.headDim
        invariant(rows <= rowsMax, "\(rows) rows where there is room for \(rowsMax)")
        for (row, place) in places.enumerated() {
            let position = place.position
            let among = place.isMemory ? position : cache.cached(position, seen: seen[place.slot])
            rotary.angles(position, into: here.pointer + row * dim)
            rotary.angles(among, into: cached.pointer + row * dim)
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
        for slot in slots { positions[slot] += each }
        for slot in remembering { remembered[slot] += cache.slice }
    }

    /// A slot's last position is to come again, with another input. It must not be the first of a slice.
    public func rewind(_ slot: Int) {
        positions[slot] -= 1
        invariant(positions[slot] % cache.slice != 0, "a slice taken back")
    }

    // MARK: Memory

    /// Makes room in the memory for the slice that a slot is in; the next step must bring its rows. False when it cannot be
    /// remembered: a sink, or the memory is full of slices that the window still holds.
    public func reserve(_ slot: Int) -> Bool {
        let position = positions[slot] - 1
        guard cache.memory > 0, position >= cache.sinks else { return false }
        if remembered[slot] == cache.memory {
            guard seen[slot] > 0 else { return false }
            forget(slot)
        }
        marked[mark(slot, position)] = true
        return true
    }

    private func mark(_ slot: Int, _ position: Int) -> Int {
        let slices = cache.window / cache.slice
        return slot * slices + (position - cache.sinks) / cache.slice % slices
    }

    /// Before a slot's next slice: what leaves the window for it is seen in the memory from now on, if it is there.
    private func makeRoom(_ slot: Int) {
        let position = positions[slot], leaving = cache.oldest(for: position) - cache.slice
        guard cache.memory > 0, position >= cache.sinks else { return }
        if leaving >= cache.sinks, marked[mark(slot, leaving)] { seen[slot] += cache.slice }
        marked[mark(slot, position)] = false
    }

    /// Drops the oldest of what a slot sees of its memory.
    private func forget(_ slot: Int) {
        let dropped = min(cache.dropped, seen[slot])
        rotary.angles(-dropped, into: here.pointer)
        for cache in caches {
            cache.forget(slot, dropped, remembered: remembered[slot]) { [rotary, here] key in
                rotary.rotate(key, heads: 1, by: here.pointer, to: key)
            }
        }
        remembered[slot] -= dropped
        seen[slot] -= dropped
    }

    // MARK: One layer

    /// The first `pairs` rows are of positions right before those of as many rows behind them.
    private func attend(_ x: UnsafeMutablePointer<Float>, _ block: Block, _ cache: SinkCache, pairs: Int) {
        let rows = places.count, dim = shape.headDim, keyWidth = shape.keyHeads * dim, width = shape.heads * dim
        let group = shape.heads / shape.keyHeads, part = group * dim
        block.attentionNorm.apply(x, rows: rows, to: normed.pointer)
        operand.take(normed.pointer, rows: rows, inputs: shape.width, as: block.query.precision)
        block.query.apply(operand, to: queries.pointer)
        block.key.apply(operand, to: keys.pointer)
        block.value.apply(operand, to: values.pointer)
        for (row, place) in places.enumerated() {
            let key = keys.pointer + row * keyWidth, value = values.pointer + row * keyWidth
            let table = here.pointer + row * dim
            rotary.rotate(key, heads: shape.keyHeads, by: table, to: key)
            if place.isMemory {
                cache.keep(place.slot, place.position, key: key, value: value)
            } else {
                cache.store(place.slot, place.position, key: key, value: value)
            }
            // Queries that share a key head lie together, those of both positions of a pair.
            for head in 0..<shape.keyHeads {
                let query = queries.pointer + row * width + head * part
                let first =
                    row < pairs
                    ? 2 * row * width + 2 * head * part
                    : row < 2 * pairs ? 2 * (row - pairs) * width + (2 * head + 1) * part : row * width + head * part
                rotary.rotate(query, heads: group, by: cached.pointer + row * dim, to: sinkQueries.pointer + first)
                rotary.rotate(query, heads: group, by: table, to: turned.pointer + first)
            }
        }
        for row in 0..<pairs {
            for head in 0..<shape.keyHeads {
                let first = 2 * row * width + 2 * head * part
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

    /// Attention through a key head, for the queries from `first` on: those of `place`, behind those of the position before if
    /// there are two.
    private func mix(
        _ place: Place, _ head: Int, _ cache: SinkCache, from first: Int, positions: Int,
        to out: UnsafeMutablePointer<Float>
    ) {
        let view =
            place.isMemory
            ? cache.kept(place.slot, count: place.position + 1, head: head)
            : cache.view(place.slot, place.position, head: head, seen: seen[place.slot])
        let group = shape.heads / shape.keyHeads
        Attention.mix(
            view, sinkQueries: sinkQueries.pointer + first, queries: turned.pointer + first, group: positions * group,
            early: (positions - 1) * group, dim: shape.headDim, stride: shape.headDim,
            precision: cache.shape.precision, scores: scores.pointer, to: out)
    }
}

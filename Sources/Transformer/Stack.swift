// A decoder-only transformer: pre-norm, rotary positions, grouped-query attention, SwiGLU. Llama's shape.

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
    private let rotary: Rotary
    private let cache: SinkCache.Shape
    private let caches: [SinkCache]
    /// Positions so far, by slot.
    public private(set) var positions: [Int]
    /// Positions in the memory, by slot; and which slices of the window shall go there. [slots, window / slice]
    private var remembered: [Int]
    private var marked: [Bool]
    // Scratch, [rowsMax, …].
    private let normed, queries, sinkQueries, keys, values, mixed, projected, gates, ups, scores, here, cached: Buffer
    private let operand: Operand

    public init(
        shape: StackShape, blocks: [Block], norm: Normalization, cache: SinkCache.Shape, slots: Int, rowsMax: Int
    ) {
        (self.shape, self.blocks, self.norm) = (shape, blocks, norm)
        rotary = Rotary(dim: shape.headDim, base: shape.ropeBase)
        caches = blocks.map { _ in SinkCache(shape: cache, heads: shape.keyHeads, slots: slots) }
        self.cache = cache
        positions = Array(repeating: 0, count: slots)
        remembered = Array(repeating: 0, count: slots)
        marked = Array(repeating: false, count: slots * (cache.window / cache.slice))
        func scratch(_ width: Int) -> Buffer { Buffer(count: rowsMax * width) }
        normed = scratch(shape.width)
        queries = scratch(shape.heads * shape.headDim)
        sinkQueries = scratch(shape.heads * shape.headDim)
        keys = scratch(shape.keyHeads * shape.headDim)
        values = scratch(shape.keyHeads * shape.headDim)
        mixed = scratch(shape.heads * shape.headDim)
        projected = scratch(shape.width)
        gates = scratch(shape.hidden)
        ups = scratch(shape.hidden)
        scores = Buffer(count: shape.heads / shape.keyHeads * cache.count)
        here = scratch(shape.headDim)
        cached = scratch(shape.headDim)
        operand = Operand(
            rowsMax: rowsMax, widthMax: max(shape.width, shape.heads * shape.headDim, shape.hidden))
    }

    /// Forgets a slot's positions. What the cache held is never read again.
    public func open(_ slot: Int) {
        positions[slot] = 0
        remembered[slot] = 0
    }

    /// Starts a slot at `position`, for tests of long streams and benches.
    public func start(_ slot: Int, at position: Int) { positions[slot] = position }

    /// x [slots.count, width] in; the final norm's output in place. Every slot advances by one position.
    public func step(_ x: UnsafeMutablePointer<Float>, slots: [Int]) {
        let rows = slots.count, dim = shape.headDim
        for slot in slots where positions[slot] % cache.slice == 0 { makeRoom(slot) }
        for (row, slot) in slots.enumerated() {
            rotary.angles(positions[slot], into: here.pointer + row * dim)
            let position = cache.cached(positions[slot], remembered: remembered[slot])
            rotary.angles(position, into: cached.pointer + row * dim)
        }
        for (block, cache) in zip(blocks, caches) {
            attend(x, block, cache, slots)
            block.feedNorm.apply(x, rows: rows, to: normed.pointer)
            operand.take(normed.pointer, rows: rows, inputs: shape.width, as: block.gate.precision)
            block.gate.apply(operand, to: gates.pointer)
            block.up.apply(operand, to: ups.pointer)
            Activation.swiglu(gates.pointer, ups.pointer, count: rows * shape.hidden)
            block.down.apply(gates.pointer, rows: rows, through: operand, to: projected.pointer)
            add(projected.pointer, to: x, count: rows * shape.width)
        }
        norm.apply(x, rows: rows, to: x)
        for slot in slots { positions[slot] += 1 }
    }

    // MARK: Memory

    /// The slice that a slot is in will be remembered when the window leaves it.
    public func mark(_ slot: Int) {
        let position = positions[slot] - 1
        if cache.memory > 0, position >= cache.sinks { marked[mark(slot, position)] = true }
    }

    private func mark(_ slot: Int, _ position: Int) -> Int {
        let slices = cache.window / cache.slice
        return slot * slices + (position - cache.sinks) / cache.slice % slices
    }

    /// Before a slot's next slice: what leaves the window for it is remembered, if it was marked.
    private func makeRoom(_ slot: Int) {
        let position = positions[slot], leaving = cache.oldest(for: position) - cache.slice
        guard cache.memory > 0, position >= cache.sinks else { return }
        defer { marked[mark(slot, position)] = false }
        guard leaving >= cache.sinks, marked[mark(slot, leaving)] else { return }
        if remembered[slot] == cache.memory {
            turning(by: -cache.slice) { turn in
                for cache in caches { cache.forget(slot, remembered: remembered[slot], rotate: turn) }
            }
            remembered[slot] -= cache.slice
        }
        turning(by: cache.sinks + remembered[slot] - leaving) { turn in
            for cache in caches { cache.remember(slot, leaving, behind: remembered[slot], rotate: turn) }
        }
        remembered[slot] += cache.slice
    }

    /// Gives `body` a function that turns one head of a key by `distance` positions.
    private func turning(by distance: Int, _ body: ((UnsafeMutablePointer<Float>) -> Void) -> Void) {
        rotary.angles(distance, into: here.pointer)
        body { [rotary, here] in rotary.rotate($0, heads: 1, by: here.pointer, to: $0) }
    }

    // MARK: One layer

    private func attend(_ x: UnsafeMutablePointer<Float>, _ block: Block, _ cache: SinkCache, _ slots: [Int]) {
        let rows = slots.count, dim = shape.headDim, keyWidth = shape.keyHeads * dim, width = shape.heads * dim
        let group = shape.heads / shape.keyHeads
        block.attentionNorm.apply(x, rows: rows, to: normed.pointer)
        operand.take(normed.pointer, rows: rows, inputs: shape.width, as: block.query.precision)
        block.query.apply(operand, to: queries.pointer)
        block.key.apply(operand, to: keys.pointer)
        block.value.apply(operand, to: values.pointer)
        for (row, slot) in slots.enumerated() {
            let key = keys.pointer + row * keyWidth, query = queries.pointer + row * width
            let table = here.pointer + row * dim
            rotary.rotate(key, heads: shape.keyHeads, by: table, to: key)
            cache.store(slot, positions[slot], key: key, value: values.pointer + row * keyWidth)
            let sinkQuery = sinkQueries.pointer + row * width
            rotary.rotate(query, heads: shape.heads, by: cached.pointer + row * dim, to: sinkQuery)
            rotary.rotate(query, heads: shape.heads, by: table, to: query)
            for head in 0..<shape.keyHeads {
                let first = head * group * dim
                Attention.mix(
                    cache.view(slot, positions[slot], head: head, remembered: remembered[slot]),
                    sinkQueries: sinkQuery + first,
                    queries: query + first,
                    group: group, dim: dim, stride: dim, precision: cache.shape.precision, scores: scores.pointer,
                    to: mixed.pointer + row * width + first)
            }
        }
        block.output.apply(mixed.pointer, rows: rows, through: operand, to: projected.pointer)
        add(projected.pointer, to: x, count: rows * shape.width)
    }
}

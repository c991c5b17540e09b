// The first pass: an encoder that hears in chunks, for many endless streams at once.

internal import Basics
public import Kernels

/// One thread owns it; weights are shared. A row of features covers 20 ms and sees its own chunk and the 256 rows before that. A slot's
/// rows are the same bits alone and in any batch, unless OpenBLAS serves float32 products.
///
///     slice ─▶ stem ─▶ chunk ─▶ + positions ─▶ blocks over a ring of keys and values ─▶ norm ─▶ rows
///
/// Whisper knows 1500 positions. Before they run out, the last 256 rows must be encoded again at positions 0 to 255. This is
/// done as they come, in a second ring: for 64 of every 308 slices a slot computes every row twice, and then the rings change places.
public final class Ear {
    public static let rate = LogMel.rate, samplesPerSlice = EarStem.samples
    /// Rows that a chunk gives together: 4, 8 or 16.
    public let chunkRows: Int
    public var width: Int { weights.width }

    private let weights: EarWeights
    private let stem: EarStem
    private var states: [State]
    /// Stem rows of chunks that are not complete. [slots, chunkRows, width]
    private let waiting: Buffer
    /// Two rings a slot, for every layer. [layers][2 · slots, heads, ringRows, headDim]
    private let caches: [SpeechRows]
    private let ringRows: Int
    private let precision: Precision

    /// What a slot is at.
    private struct State {
        /// Of the next chunk, in the ring that is heard. The other ring is `rowsSeen` rows from the end behind it.
        var position = 0
        /// The ring that is heard.
        var ring = 0
        var waitingRows = 0
        var hasRows = false
    }

    /// A chunk that is computed, in one of its slot's rings.
    private struct Chunk {
        var slot, column, position: Int
        /// Its place among the run's slots.
        var target: Int
    }

    /// Of the current run: those that are heard first.
    private var chunks: [Chunk] = []
    // Scratch. [2 · slots · chunkRows, …]
    private let fresh, x, normed, wide, mixed: Buffer
    private let scores, group: Buffer
    private let operand: Operand

    /// Chunks of 80, 160 or 320 ms; keys and values are held in `cache`.
    public init(_ weights: EarWeights, slots: Int, chunkMilliseconds: Int = 80, cache: Precision = .bf16) {
        invariant([80, 160, 320].contains(chunkMilliseconds), "chunks of \(chunkMilliseconds) ms")
        let width = weights.width, chunkRows = chunkMilliseconds / 20, ringRows = EarWeights.rowsSeen + chunkRows
        (self.weights, self.chunkRows, self.ringRows, precision) = (weights, chunkRows, ringRows, cache)
        stem = EarStem(weights, slots: slots)
        states = Array(repeating: State(), count: slots)
        waiting = Buffer(count: slots * chunkRows * width)
        caches = weights.blocks.map { _ in
            SpeechRows(
                columns: 2 * slots, heads: weights.heads, rows: ringRows, dim: EarWeights.headDim, precision: cache)
        }
        let rows = 2 * slots * chunkRows
        fresh = Buffer(count: slots * EarStem.rows * width)
        x = Buffer(count: rows * width)
        normed = Buffer(count: rows * width)
        wide = Buffer(count: rows * max(3 * width, weights.hidden))
        mixed = Buffer(count: rows * width)
        scores = Buffer(count: Self.queries * ringRows)
        group = Buffer(count: 2 * Self.queries * EarWeights.headDim)
        operand = Operand(rowsMax: rows, widthMax: max(width, weights.hidden))
        chunks.reserveCapacity(2 * slots)
        for slot in 0..<slots { open(slot) }
    }

    /// Bytes that a slot's keys and values take.
    public static func bytesPerSlot(
        _ weights: EarWeights, chunkMilliseconds: Int = 80, cache: Precision = .bf16
    ) -> Int {
        let rows = 2 * (EarWeights.rowsSeen + chunkMilliseconds / 20)
        return weights.layers * weights.heads * rows * 2 * cache.rowBytes(dim: EarWeights.headDim)
    }

    /// Forgets what a slot heard. Its stream begins with silence.
    public func open(_ slot: Int) {
        states[slot] = State()
        stem.open(slot)
    }

    /// Whether the last run gave this slot rows. With chunks of 80 ms every run does, otherwise every second or fourth.
    public func hasRows(_ slot: Int) -> Bool { states[slot].hasRows }

    /// One slice of each of `slots`: samples [slots.count, 1280] to rows [slots.count, chunkRows, width]. Rows of slots whose chunk
    /// is not complete are not written. They end 12.5 ms before the slice's end (`EarStem`).
    public func run(_ slots: [Int], samples: UnsafePointer<Float>, to rows: UnsafeMutablePointer<Float>) {
        stem.run(slots, samples: samples, to: fresh.pointer)
        let heard = gather(slots), size = chunkRows * width
        guard heard > 0 else { return }
        for layer in weights.blocks.indices { encode(layer, heard: heard) }
        weights.norm.apply(x.pointer, rows: heard * chunkRows, to: normed.pointer)
        for i in 0..<heard {
            (rows + chunks[i].target * size).update(from: normed.pointer + i * size, count: size)
        }
    }

    // MARK: Chunks and positions

    /// Lists the chunks that are complete, and their rows with positions in `x`. Returns how many are heard; the chunks after those go
    /// into the other ring.
    private func gather(_ slots: [Int]) -> Int {
        chunks.removeAll(keepingCapacity: true)
        for (i, slot) in slots.enumerated() {
            keep(slot, fresh.pointer + i * EarStem.rows * width)
            if states[slot].hasRows { chunks.append(place(slot, target: i)) }
        }
        let heard = chunks.count, restart = EarWeights.positionsMax - EarWeights.rowsSeen
        for i in 0..<heard where chunks[i].position >= restart {
            var other = chunks[i]
            other.position -= restart
            other.column ^= 1
            chunks.append(other)
        }
        let size = chunkRows * width
        for (i, chunk) in chunks.enumerated() {
            (x.pointer + i * size).update(from: waiting.pointer + chunk.slot * size, count: size)
            add(weights.positions.pointer + chunk.position * width, to: x.pointer + i * size, count: size)
        }
        return heard
    }

    /// Adds a slice's stem rows to those that wait.
    private func keep(_ slot: Int, _ rows: UnsafePointer<Float>) {
        let row = slot * chunkRows + states[slot].waitingRows
        (waiting.pointer + row * width).update(from: rows, count: EarStem.rows * width)
        states[slot].waitingRows += EarStem.rows
        states[slot].hasRows = states[slot].waitingRows == chunkRows
        if states[slot].hasRows { states[slot].waitingRows = 0 }
    }

    private func place(_ slot: Int, target: Int) -> Chunk {
        if states[slot].position == EarWeights.positionsMax {
            states[slot].position = EarWeights.rowsSeen
            states[slot].ring ^= 1
        }
        defer { states[slot].position += chunkRows }
        return Chunk(
            slot: slot, column: 2 * slot + states[slot].ring, position: states[slot].position, target: target)
    }

    // MARK: One layer

    /// Queries that share a pass over the keys.
    private static let queries = 4

    private func encode(_ layer: Int, heard: Int) {
        let block = weights.blocks[layer], all = chunks.count * chunkRows
        block.attentionNorm.apply(x.pointer, rows: all, to: normed.pointer)
        block.attention.apply(normed.pointer, rows: all, through: operand, to: wide.pointer)
        store(caches[layer])
        // Of the other ring, only the last layer's keys and values are needed.
        let count = layer == weights.layers - 1 ? heard : chunks.count, rows = count * chunkRows
        for chunk in 0..<count { attend(chunk, caches[layer]) }
        block.output.apply(mixed.pointer, rows: rows, through: operand, to: normed.pointer)
        add(normed.pointer, to: x.pointer, count: rows * width)
        block.feedNorm.apply(x.pointer, rows: rows, to: normed.pointer)
        block.up.apply(normed.pointer, rows: rows, through: operand, to: wide.pointer)
        Activation.gelu(wide.pointer, count: rows * block.up.outputs)
        block.down.apply(wide.pointer, rows: rows, through: operand, to: normed.pointer)
        add(normed.pointer, to: x.pointer, count: rows * width)
    }

    /// Writes the chunks' keys and values over the oldest of their rings. From `wide` [rows, 3, heads, headDim].
    private func store(_ cache: SpeechRows) {
        for (i, chunk) in chunks.enumerated() {
            for row in 0..<chunkRows {
                let from = wide.pointer + (i * chunkRows + row) * 3 * width
                cache.store(
                    chunk.column, (chunk.position + row) % ringRows, key: from + width, value: from + 2 * width)
            }
        }
    }

    /// From `wide` [rows, 3, heads, headDim] to `mixed` [rows, heads, headDim]. A chunk sees all of its ring, in whatever order.
    private func attend(_ i: Int, _ cache: SpeechRows) {
        let chunk = chunks[i], dim = EarWeights.headDim, most = Self.queries
        let seen = min(chunk.position + chunkRows, ringRows), out = group.pointer + most * dim
        for head in 0..<weights.heads {
            let none = cache.run(chunk.column, head, 0..<0), all = cache.run(chunk.column, head, 0..<seen)
            let view = CacheView(sinks: none, window: all, wrapped: none)
            for first in stride(from: i * chunkRows, to: (i + 1) * chunkRows, by: most) {
                for q in 0..<most {
                    (group.pointer + q * dim).update(
                        from: wide.pointer + (first + q) * 3 * width + head * dim, count: dim)
                }
                Attention.mix(
                    view, sinkQueries: group.pointer, queries: group.pointer, group: most, dim: dim, stride: dim,
                    precision: precision, scores: scores.pointer, to: out)
                for q in 0..<most {
                    (mixed.pointer + (first + q) * width + head * dim).update(from: out + q * dim, count: dim)
                }
            }
        }
    }
}

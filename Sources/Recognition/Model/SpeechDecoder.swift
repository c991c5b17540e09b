// Whisper's decoder: rows of many turns in one step.

internal import Basics
internal import Kernels

/// One thread owns it; weights are shared. A row's bits do not depend on the other rows of its step, except in float32 where OpenBLAS
/// runs products of many rows.
///
/// A turn has a column of keys and values of its speech, a text one of its own positions (a *lane*). After a turn's frames comes
/// silence: its keys and values are the same for all turns, in a column of their own.
final class SpeechDecoder {
    struct Row {
        var turn, lane: Int
        var token: Int32
        var position: Int
        var wantsLogits = false
    }

    private let weights: DecoderWeights
    private let shape: RecognizerShape
    private let precision: Precision
    private let alignmentHeads: [AlignmentHead]
    let rowsMax: Int
    private let silence: Int
    /// Per layer.
    private let speech, text: [SpeechRows]
    /// [columns]
    private var frames: [Int]
    private var rows: [Row] = []
    // Scratch, [rowsMax, …].
    private let x, normed, wide, mixed, projected, queries, chosen, logits: Buffer
    private let scores: Buffer
    private let operand: Operand
    /// What the alignment heads saw of the turn's own frames, [rowsMax, heads, frames]; the sum over a turn's frames is 1.
    private let seen: Buffer

    init(
        _ weights: DecoderWeights, _ shape: RecognizerShape, alignmentHeads: [AlignmentHead], cache: Precision,
        turns: Int,
        lanes: Int, rowsMax: Int
    ) {
        (self.weights, self.shape, self.alignmentHeads, self.rowsMax) = (weights, shape, alignmentHeads, rowsMax)
        precision = cache
        silence = turns
        frames = Array(repeating: 0, count: turns)
        func caches(_ columns: Int, _ rows: Int) -> [SpeechRows] {
            weights.blocks.map { _ in
                SpeechRows(columns: columns, heads: shape.heads, rows: rows, dim: shape.headDim, precision: cache)
            }
        }
        speech = caches(turns + 1, shape.frames)
        text = caches(lanes, shape.positions)
        func scratch(_ width: Int) -> Buffer { Buffer(count: rowsMax * width) }
        (x, normed, mixed, projected) = (
            scratch(shape.width), scratch(shape.width), scratch(shape.width), scratch(shape.width)
        )
        (queries, chosen, logits) = (scratch(shape.width), scratch(shape.width), scratch(shape.vocabulary))
        wide = Buffer(count: max(rowsMax, Self.framesAtOnce) * max(3 * shape.width, weights.hidden))
        scores = Buffer(count: 4 * max(shape.frames, shape.positions))
        operand = Operand(rowsMax: max(rowsMax, Self.framesAtOnce), widthMax: max(3 * shape.width, weights.hidden))
        seen = scratch(alignmentHeads.count * shape.frames)
    }

    /// Frames whose keys and values are computed at once.
    private static let framesAtOnce = 256
    /// Rows of one turn that share a pass over its speech: as many as the kernel takes at once, which leaves all their weights in
    /// `scores`.
    private var queriesMax: Int { shape.headDim == 64 ? 4 : 1 }

    // MARK: Speech

    /// Stores the keys and values of a turn's features [frames, width].
    func take(_ features: UnsafePointer<Float>, frames: Int, turn: Int) {
        self.frames[turn] = frames
        store(features, frames, turn)
    }

    /// Stores those of silence, for all frames of a window.
    func takeSilence(_ features: UnsafePointer<Float>) { store(features, shape.frames, silence) }

    private func store(_ features: UnsafePointer<Float>, _ frames: Int, _ column: Int) {
        let width = shape.width
        for from in stride(from: 0, to: frames, by: Self.framesAtOnce) {
            let count = min(Self.framesAtOnce, frames - from)
            operand.take(
                features + from * width, rows: count, inputs: width, as: weights.blocks[0].crossKeyValue.precision)
            for (block, rows) in zip(weights.blocks, speech) {
                block.crossKeyValue.apply(operand, to: wide.pointer)
                for i in 0..<count {
                    let row = wide.pointer + i * 2 * width
                    rows.store(column, from + i, key: row, value: row + width)
                }
            }
        }
    }

    /// Copies a lane's first `count` positions to another.
    func copy(_ source: Int, to target: Int, count: Int) { text.forEach { $0.copy(source, to: target, count: count) } }

    // MARK: A step

    /// Rows of a lane stand in the order of their positions, and rows of a turn one after the other.
    func step(_ rows: [Row]) {
        invariant(rows.count <= rowsMax, "\(rows.count) rows where there is room for \(rowsMax)")
        self.rows = rows
        let width = shape.width, count = rows.count
        for (i, row) in rows.enumerated() {
            weights.tokens.read(Int(row.token), into: x.pointer + i * width)
            add(weights.positions.pointer + row.position * width, to: x.pointer + i * width, count: width)
        }
        for (layer, block) in weights.blocks.enumerated() {
            attendToText(block, text[layer])
            attendToSpeech(block, speech[layer], layer)
            block.feedNorm.apply(x.pointer, rows: count, to: normed.pointer)
            block.up.apply(normed.pointer, rows: count, through: operand, to: wide.pointer)
            Activation.gelu(wide.pointer, count: count * block.up.outputs)
            finish(block.down, wide)
        }
        weights.norm.apply(x.pointer, rows: count, to: x.pointer)
        var wanted = 0
        for (i, row) in rows.enumerated() where row.wantsLogits {
            (chosen.pointer + wanted * width).update(from: x.pointer + i * width, count: width)
            wanted += 1
        }
        if wanted > 0 { weights.head.apply(chosen.pointer, rows: wanted, through: operand, to: logits.pointer) }
    }

    /// The logits [vocabulary] of the last step's row that was the `index`-th to want some.
    func logits(_ index: Int) -> UnsafeMutablePointer<Float> { logits.pointer + index * shape.vocabulary }

    /// What the alignment heads saw of the turn's own frames in row `index` of the last step, [heads, frames].
    func seen(_ index: Int) -> [Float] {
        let count = frames[rows[index].turn], heads = alignmentHeads.count
        return (0..<heads).flatMap { head in
            UnsafeBufferPointer(start: seen.pointer + (index * heads + head) * shape.frames, count: count)
        }
    }

    /// x += the layer of `source`.
    private func finish(_ layer: Linear, _ source: Buffer) {
        layer.apply(source.pointer, rows: rows.count, through: operand, to: projected.pointer)
        add(projected.pointer, to: x.pointer, count: rows.count * shape.width)
    }

    private func attendToText(_ block: DecoderWeights.Block, _ cache: SpeechRows) {
        let width = shape.width, dim = shape.headDim
        block.selfNorm.apply(x.pointer, rows: rows.count, to: normed.pointer)
        block.selfAttention.apply(normed.pointer, rows: rows.count, through: operand, to: wide.pointer)
        for (i, row) in rows.enumerated() {
            let part = wide.pointer + i * 3 * width
            cache.store(row.lane, row.position, key: part + width, value: part + 2 * width)
        }
        for (i, row) in rows.enumerated() {
            for head in 0..<shape.heads {
                let none = cache.run(row.lane, head, 0..<0)
                let view = CacheView(
                    sinks: none, window: cache.run(row.lane, head, 0..<row.position + 1), wrapped: none)
                mix(view, wide.pointer + i * 3 * width + head * dim, 1, to: mixed.pointer + i * width + head * dim)
            }
        }
        finish(block.selfOutput, mixed)
    }

    private func attendToSpeech(_ block: DecoderWeights.Block, _ cache: SpeechRows, _ layer: Int) {
        block.crossNorm.apply(x.pointer, rows: rows.count, to: normed.pointer)
        block.crossQuery.apply(normed.pointer, rows: rows.count, through: operand, to: queries.pointer)
        var from = 0
        while from < rows.count {
            var end = from + 1
            while end < rows.count, end - from < queriesMax, rows[end].turn == rows[from].turn { end += 1 }
            for head in 0..<shape.heads { attendToSpeech(from..<end, cache, layer, head) }
            from = end
        }
        finish(block.crossOutput, mixed)
    }

    /// Rows of one turn share a pass.
    private func attendToSpeech(_ these: Range<Int>, _ cache: SpeechRows, _ layer: Int, _ head: Int) {
        let width = shape.width, dim = shape.headDim, turn = rows[these.lowerBound].turn, own = frames[turn]
        let view = CacheView(
            sinks: cache.run(turn, head, 0..<own), window: cache.run(silence, head, own..<shape.frames),
            wrapped: cache.run(silence, head, 0..<0))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * queriesMax * dim) { scratch in
            let query = scratch.baseAddress!, out = query + queriesMax * dim
            for (i, row) in these.enumerated() {
                (query + i * dim).update(from: queries.pointer + row * width + head * dim, count: dim)
            }
            mix(view, query, these.count, to: out)
            for (i, row) in these.enumerated() {
                (mixed.pointer + row * width + head * dim).update(from: out + i * dim, count: dim)
            }
        }
        guard let index = alignmentHeads.firstIndex(of: AlignmentHead(layer: layer, head: head)) else { return }
        for (i, row) in these.enumerated() { record(scores.pointer + i * shape.frames, own, row, index) }
    }

    /// Attention leaves each row's weights, not yet divided by their sum, in `scores`.
    private func record(_ weights: UnsafePointer<Float>, _ own: Int, _ row: Int, _ head: Int) {
        let target = seen.pointer + (row * alignmentHeads.count + head) * shape.frames
        var sum: Float = 1e-30
        for i in 0..<own { sum += weights[i] }
        for i in 0..<own { target[i] = weights[i] / sum }
    }

    private func mix(
        _ view: CacheView, _ queries: UnsafePointer<Float>, _ count: Int, to out: UnsafeMutablePointer<Float>
    ) {
        Attention.mix(
            view, sinkQueries: queries, queries: queries, group: count, dim: shape.headDim, stride: shape.headDim,
            precision: precision, scores: scores.pointer, to: out)
    }
}

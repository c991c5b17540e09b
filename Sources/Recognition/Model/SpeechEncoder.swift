// Whisper's encoder with full context, over as many frames as a turn has.

internal import Basics
internal import Kernels

/// One thread owns it; weights are shared.
///
///     log-mel [2 · frames, 80] ─▶ two convolutions ─▶ + positions ─▶ blocks ─▶ norm ─▶ features [frames, width]
final class SpeechEncoder {
    private let weights: EncoderWeights
    private let shape: RecognizerShape
    private let mel = LogMel()
    // Scratch. [frames, …] of the widest rows that the stem and the blocks need.
    private let x, wide, rows, mixed: Buffer
    private let scores, group: Buffer
    private let operand: Operand
    /// One head's, [frames, headDim].
    private let keys, values: CacheRows
    /// Keys and values of a window of silence, by layer.
    private let silence: [SpeechRows]

    /// Keys and values are held in `cache`.
    init(_ weights: EncoderWeights, _ shape: RecognizerShape, cache: Precision) {
        (self.weights, self.shape) = (weights, shape)
        let frames = shape.frames, width = shape.width
        x = Buffer(count: frames * width)
        wide = Buffer(count: frames * max(3 * width, weights.hidden))
        rows = Buffer(count: 2 * frames * max(3 * LogMel.bands, 2 * width))
        mixed = Buffer(count: frames * width)
        scores = Buffer(count: Self.queries * frames)
        group = Buffer(count: 2 * Self.queries * shape.headDim)
        operand = Operand(rowsMax: 2 * frames, widthMax: max(3 * max(LogMel.bands, width), weights.hidden))
        keys = CacheRows(count: frames, dim: shape.headDim, precision: cache)
        values = CacheRows(count: frames, dim: shape.headDim, precision: cache)
        silence = weights.blocks.map { _ in
            SpeechRows(columns: 1, heads: shape.heads, rows: frames, dim: shape.headDim, precision: cache)
        }
    }

    /// Features [frames, width] of a whole window of silence, valid until the next call. Must come before the first turn.
    func encodeSilence() -> UnsafeMutablePointer<Float> {
        let mel = [Float](repeating: LogMel.silence, count: 2 * shape.frames * LogMel.bands)
        return encode(mel, isSilence: true)
    }

    /// Queries that share a pass over the keys.
    private static let queries = 4

    /// Features [frames, width] of `samples` and silence after them, valid until the next call. Frames see the rest of the window too, as
    /// silence: without it, they attend more to speech than Whisper learned to, and short words are misheard.
    func encode(_ samples: [Float], frames: Int) -> UnsafeMutablePointer<Float> {
        encode(mel.features(samples, frames: 2 * frames), isSilence: false)
    }

    /// The same of log-mel features [2 · frames, bands].
    private func encode(_ mel: [Float], isSilence: Bool) -> UnsafeMutablePointer<Float> {
        let frames = mel.count / LogMel.bands / 2
        invariant(frames > 0 && frames <= shape.frames, "\(frames) frames in a window of \(shape.frames)")
        stem(mel, frames: frames)
        let width = shape.width
        for (layer, block) in weights.blocks.enumerated() {
            block.attentionNorm.apply(x.pointer, rows: frames, to: rows.pointer)
            block.attention.apply(rows.pointer, rows: frames, through: operand, to: wide.pointer)
            if isSilence { keep(silence[layer]) }
            attend(frames, silence[layer])
            block.output.apply(mixed.pointer, rows: frames, through: operand, to: rows.pointer)
            add(rows.pointer, to: x.pointer, count: frames * width)
            block.feedNorm.apply(x.pointer, rows: frames, to: rows.pointer)
            block.up.apply(rows.pointer, rows: frames, through: operand, to: wide.pointer)
            Activation.gelu(wide.pointer, count: frames * block.up.outputs)
            block.down.apply(wide.pointer, rows: frames, through: operand, to: rows.pointer)
            add(rows.pointer, to: x.pointer, count: frames * width)
        }
        weights.norm.apply(x.pointer, rows: frames, to: x.pointer)
        return x.pointer
    }

    /// Two convolutions over three frames each, the second to every other frame; positions are added.
    private func stem(_ mel: [Float], frames: Int) {
        let width = shape.width, bands = LogMel.bands, first = weights.stem[0], second = weights.stem[1]
        let count = 2 * frames
        mel.withUnsafeBufferPointer { mel in
            for row in 0..<count {
                taps(mel.baseAddress!, around: row, of: count, width: bands, to: rows.pointer + row * 3 * bands)
            }
        }
        let middle = Buffer(count: count * width)
        first.apply(rows.pointer, rows: count, through: operand, to: middle.pointer)
        Activation.gelu(middle.pointer, count: count * width)
        for row in 0..<frames {
            taps(middle.pointer, around: 2 * row, of: count, width: width, to: rows.pointer + row * 3 * width)
        }
        second.apply(rows.pointer, rows: frames, through: operand, to: x.pointer)
        Activation.gelu(x.pointer, count: frames * width)
        add(weights.positions.pointer, to: x.pointer, count: frames * width)
    }

    /// The frame and its two neighbours, zeros where there is none. [3, width]
    private func taps(
        _ x: UnsafePointer<Float>, around row: Int, of count: Int, width: Int, to target: UnsafeMutablePointer<Float>
    ) {
        for tap in 0..<3 {
            let place = row + tap - 1
            if place >= 0, place < count {
                (target + tap * width).update(from: x + place * width, count: width)
            } else {
                (target + tap * width).update(repeating: 0, count: width)
            }
        }
    }

    /// Stores the keys and values of all frames as those of silence. From `wide` [frames, 3, heads, headDim].
    private func keep(_ silence: SpeechRows) {
        for frame in 0..<shape.frames {
            let row = wide.pointer + frame * 3 * shape.width
            silence.store(0, frame, key: row + shape.width, value: row + 2 * shape.width)
        }
    }

    /// From `wide` [frames, 3, heads, headDim] to `mixed` [frames, heads, headDim].
    private func attend(_ frames: Int, _ silence: SpeechRows) {
        let width = shape.width, dim = shape.headDim, most = Self.queries
        for head in 0..<shape.heads {
            for frame in 0..<frames {
                let row = wide.pointer + frame * 3 * width + head * dim
                keys.store(frame, row + width)
                values.store(frame, row + 2 * width)
            }
            let none = CacheRun(keys: keys, values: values, from: 0, count: 0)
            let own = CacheRun(keys: keys, values: values, from: 0, count: frames)
            let rest = silence.run(0, head, frames..<shape.frames)
            let out = group.pointer + most * dim
            for from in stride(from: 0, to: frames, by: most) {
                let count = min(most, frames - from)
                for i in 0..<count {
                    (group.pointer + i * dim).update(
                        from: wide.pointer + (from + i) * 3 * width + head * dim, count: dim)
                }
                Attention.mix(
                    CacheView(sinks: none, window: own, wrapped: rest), sinkQueries: group.pointer,
                    queries: group.pointer,
                    group: count, dim: dim, stride: dim, precision: keys.precision, scores: scores.pointer, to: out)
                for i in 0..<count {
                    (mixed.pointer + (from + i) * width + head * dim).update(from: out + i * dim, count: dim)
                }
            }
        }
    }
}

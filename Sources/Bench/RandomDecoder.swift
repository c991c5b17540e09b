// A decoder with random weights that decodes greedily for a batch of sessions.

internal import Basics
internal import Kernels
internal import Transformer

final class RandomDecoder {
    /// Rows of the embedding table: the cost of a look-up does not depend on their number.
    private static let embedded = 1024

    private let shape: DecoderShape
    private let stack: Stack
    private let head: Linear
    private let embedding: Embedding
    private let operand: Operand
    private let x, logits: Buffer
    private let slots: [Int]

    /// Weights, which are kept when sessions and contexts change.
    struct Weights {
        var blocks: [Block]
        var head: Linear
        /// Number of weights, and bytes of them that one step reads.
        var count, byteCount: Int

        init(_ shape: DecoderShape, precision: Precision) {
            func linear(_ inputs: Int, _ outputs: Int) -> Linear {
                // Values that binary16 can hold, so that float32 products read as much as a shipped model's.
                var random = Random(seed: UInt64(inputs * outputs))
                let weights = (0..<inputs * outputs).map { _ in Float(Int(random.next() >> 54) - 512) / 8192 }
                return Linear(weights: weights, inputs: inputs, outputs: outputs, precision: precision)
            }
            let s = shape.stack, queries = s.heads * s.headDim, keys = s.keyHeads * s.headDim
            func norm() -> Normalization { Normalization(weight: Array(repeating: 1, count: s.width)) }
            blocks = (0..<s.layers).map { _ in
                Block(
                    attentionNorm: norm(), query: linear(s.width, queries), key: linear(s.width, keys),
                    value: linear(s.width, keys), output: linear(queries, s.width), feedNorm: norm(),
                    gate: linear(s.width, s.hidden), up: linear(s.width, s.hidden), down: linear(s.hidden, s.width))
            }
            head = linear(s.width, shape.vocabulary)
            let layers =
                [head] + blocks.flatMap { [$0.query, $0.key, $0.value, $0.output, $0.gate, $0.up, $0.down] }
            count = layers.map { $0.inputs * $0.outputs }.reduce(0, +)
            byteCount = layers.map(\.byteCount).reduce(0, +)
        }
    }

    /// `batch` sessions with `context` positions in their caches and room for `steps` more.
    init(_ shape: DecoderShape, weights: Weights, batch: Int, context: Int, steps: Int, cache precision: Precision) {
        self.shape = shape
        let s = shape.stack
        stack = Stack(
            shape: s, blocks: weights.blocks, norm: Normalization(weight: Array(repeating: 1, count: s.width)),
            memory: SlotMemory.Shape(sinks: 4, window: context + steps, slice: 1), precision: precision, slots: batch,
            rowsMax: batch)
        var random = Random(seed: 2)
        embedding = Embedding(
            rows: (0..<Self.embedded * s.width).map { _ in random.uniform() - 0.5 }, count: Self.embedded,
            width: s.width)
        head = weights.head
        operand = Operand(rowsMax: batch, widthMax: s.width)
        x = Buffer(count: batch * s.width)
        logits = Buffer(count: batch * shape.vocabulary)
        slots = Array(0..<batch)
        for slot in slots {
            x.pointer.advanced(by: slot * s.width).update(from: embedding.row(slot), count: s.width)
            stack.open(slot)
        }
        rewind(to: context)
    }

    /// Continues every session from position `context`.
    func rewind(to context: Int) { slots.forEach { stack.start($0, at: context) } }

    /// Decodes one token for every session.
    func step() {
        let width = shape.stack.width, vocabulary = shape.vocabulary
        stack.step(x.pointer, slots: slots)
        head.apply(x.pointer, rows: slots.count, through: operand, to: logits.pointer)
        for slot in slots {
            let token = Sampler.greedy(logits.pointer + slot * vocabulary, count: vocabulary)
            (x.pointer + slot * width).update(from: embedding.row(token % Self.embedded), count: width)
        }
    }
}

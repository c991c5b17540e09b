// Reads the tensors of a language model by the names that GGUF files give them.

internal import Basics
internal import Kernels
internal import Transformer

/// Remembers what it has read: a tensor that nobody reads would mean that the model is computed wrongly.
final class WeightReader {
    private let file: GGUFFile
    private let architecture: Architecture
    private let shape: LanguageShape
    private let adapter: LanguageAdapter?
    private let precision: Precision
    private var unread: Set<String>

    init(
        _ file: GGUFFile, _ architecture: Architecture, _ shape: LanguageShape, _ adapter: LanguageAdapter?,
        _ precision: Precision
    ) {
        (self.file, self.architecture, self.shape) = (file, architecture, shape)
        (self.adapter, self.precision) = (adapter, precision)
        unread = Set(file.tensorNames)
        unread.subtract(["token_embd.weight", "rope_freqs.weight"])
    }

    func block(_ layer: Int) throws(ModelError) -> Block {
        let s = shape.stack, width = s.width, all = s.heads * s.headDim, some = s.keyHeads * s.headDim
        let name = { (part: String) in "blk.\(layer).\(part)" }
        return Block(
            attentionNorm: try norm(name("attn_norm.weight"), width: width),
            query: try linear(name("attn_q"), width, all, heads: s.heads, hasBias: architecture.hasBiases),
            key: try linear(name("attn_k"), width, some, heads: s.keyHeads, hasBias: architecture.hasBiases),
            value: try linear(name("attn_v"), width, some, hasBias: architecture.hasBiases),
            output: try linear(name("attn_output"), all, width),
            feedNorm: try norm(name("ffn_norm.weight"), width: width),
            gate: try linear(name("ffn_gate"), width, s.hidden), up: try linear(name("ffn_up"), width, s.hidden),
            down: try linear(name("ffn_down"), s.hidden, width),
            queryNorm: try headNorm(name("attn_q_norm.weight")), keyNorm: try headNorm(name("attn_k_norm.weight")))
    }

    /// The head is the token table itself in many small models.
    func head() throws(ModelError) -> Linear {
        let isTied = !file.contains(tensor: "output.weight")
        let name = isTied ? "token_embd" : "output"
        return try linear(name, shape.stack.width, shape.vocabulary)
    }

    func norm(_ name: String, width: Int) throws(ModelError) -> Normalization {
        Normalization(weight: try vector(name, width), epsilon: shape.epsilon)
    }

    func checkAllRead() throws(ModelError) {
        if let name = unread.min() { throw ModelError("\(file.path): the tensor \(name) is not supported") }
    }

    private func headNorm(_ name: String) throws(ModelError) -> Normalization? {
        architecture.hasHeadNorms ? try norm(name, width: shape.stack.headDim) : nil
    }

    private func vector(_ name: String, _ count: Int) throws(ModelError) -> [Float] {
        try floats(name, inputs: count, outputs: 1)
    }

    /// [outputs, inputs]; with `heads`, the rows of each head in the order in which halves rotate together.
    private func linear(
        _ name: String, _ inputs: Int, _ outputs: Int, heads: Int? = nil, hasBias: Bool = false
    ) throws(ModelError) -> Linear {
        var weights = try floats(name + ".weight", inputs: inputs, outputs: outputs)
        try adapter?.merge(name, into: &weights, inputs: inputs, outputs: outputs)
        var bias = hasBias ? try vector(name + ".bias", outputs) : nil
        if let heads, architecture.pairing == .adjacent {
            weights = Self.halves(weights, heads: heads, columns: inputs)
            bias = bias.map { Self.halves($0, heads: heads, columns: 1) }
        }
        return Linear(weights: weights, bias: bias, inputs: inputs, outputs: outputs, precision: precision)
    }

    private func floats(_ name: String, inputs: Int, outputs: Int) throws(ModelError) -> [Float] {
        let tensor = try file.tensor(name)
        guard tensor.columns == inputs, tensor.rows == outputs else {
            throw ModelError(
                "\(file.path): \(name) is \(tensor.rows)x\(tensor.columns), expected \(outputs)x\(inputs)")
        }
        unread.remove(name)
        return tensor.floats()
    }

    /// Rows 2i and 2i + 1 of each head become rows i and i + dim / 2. Products of queries and keys stay the same.
    static func halves(_ weights: [Float], heads: Int, columns: Int) -> [Float] {
        let dim = weights.count / columns / heads
        var sorted: [Float] = []
        sorted.reserveCapacity(weights.count)
        for head in 0..<heads {
            for i in 0..<dim {
                let row = head * dim + (i < dim / 2 ? 2 * i : 2 * (i - dim / 2) + 1)
                sorted.append(contentsOf: weights[row * columns..<(row + 1) * columns])
            }
        }
        return sorted
    }
}

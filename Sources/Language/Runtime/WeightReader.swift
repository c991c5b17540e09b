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
        let attention = try held(["attn_q", "attn_k", "attn_v"].map(name))
        let feed = try held(["ffn_gate", "ffn_up"].map(name))
        return Block(
            attentionNorm: try norm(name("attn_norm.weight"), width: width),
            query: try linear(name("attn_q"), width, all, attention, heads: s.heads, hasBias: architecture.hasBiases),
            key: try linear(name("attn_k"), width, some, attention, heads: s.keyHeads, hasBias: architecture.hasBiases),
            value: try linear(name("attn_v"), width, some, attention, hasBias: architecture.hasBiases),
            output: try linear(name("attn_output"), all, width, held([name("attn_output")])),
            feedNorm: try norm(name("ffn_norm.weight"), width: width),
            gate: try linear(name("ffn_gate"), width, s.hidden, feed),
            up: try linear(name("ffn_up"), width, s.hidden, feed),
            down: try linear(name("ffn_down"), s.hidden, width, held([name("ffn_down")])),
            queryNorm: try headNorm(name("attn_q_norm.weight")), keyNorm: try headNorm(name("attn_k_norm.weight")))
    }

    /// The head is the token table itself in many small models.
    func head() throws(ModelError) -> Linear {
        let isTied = !file.contains(tensor: "output.weight")
        let name = isTied ? "token_embd" : "output"
        return try linear(name, shape.stack.width, shape.vocabulary, held([name]))
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

    /// The precision of layers that share their rows. In int4g, a tensor that the file holds in more than four bits is in int8g, and
    /// so are those that share rows with it.
    private func held(_ names: [String]) throws(ModelError) -> Precision {
        guard precision == .int4g else { return precision }
        for name in names {
            switch try file.tensor(name + ".weight").type {
            case .q8_0, .q5_0, .q5_1, .q5_K, .q6_K: return .int8g
            case .f32, .f16, .bf16, .q4_0, .q4_1, .q4_K: continue
            }
        }
        return .int4g
    }

    /// [outputs, inputs]; with `heads`, the rows of each head in the order in which halves rotate together.
    private func linear(
        _ name: String, _ inputs: Int, _ outputs: Int, _ precision: Precision, heads: Int? = nil, hasBias: Bool = false
    ) throws(ModelError) -> Linear {
        let order = heads.flatMap { architecture.pairing == .adjacent ? Self.halves(rows: outputs, heads: $0) : nil }
        var bias = hasBias ? try vector(name + ".bias", outputs) : nil
        if let order { bias = bias.map { bias in order.map { bias[$0] } } }
        let tensor = try tensor(name + ".weight", inputs: inputs, outputs: outputs)
        let isAdapted = adapter?.changes(name) ?? false
        if !isAdapted, let format = BlockFormat(rawValue: tensor.type.description) {
            let bytes = Self.rows(tensor.bytes, size: tensor.bytesPerRow, in: order)
            let exact = bytes.withUnsafeBytes { bytes in
                Linear(
                    blocks: bytes, format: format, bias: bias, inputs: inputs, outputs: outputs, precision: precision)
            }
            if let exact { return exact }
        }
        var weights = tensor.floats()
        try adapter?.merge(name, into: &weights, inputs: inputs, outputs: outputs)
        if let order { weights = order.flatMap { weights[$0 * inputs..<($0 + 1) * inputs] } }
        return Linear(weights: weights, bias: bias, inputs: inputs, outputs: outputs, precision: precision)
    }

    private static func rows(_ bytes: UnsafeRawBufferPointer, size: Int, in order: [Int]?) -> [UInt8] {
        guard let order else { return Array(bytes) }
        return order.flatMap { bytes[$0 * size..<($0 + 1) * size] }
    }

    private func floats(_ name: String, inputs: Int, outputs: Int) throws(ModelError) -> [Float] {
        try tensor(name, inputs: inputs, outputs: outputs).floats()
    }

    private func tensor(_ name: String, inputs: Int, outputs: Int) throws(ModelError) -> GGUFTensor {
        let tensor = try file.tensor(name)
        guard tensor.columns == inputs, tensor.rows == outputs else {
            throw ModelError(
                "\(file.path): \(name) is \(tensor.rows)x\(tensor.columns), expected \(outputs)x\(inputs)")
        }
        unread.remove(name)
        return tensor
    }

    /// Rows in the order in which 2i and 2i + 1 of each head become i and i + dim / 2. Products of queries and keys stay the same.
    static func halves(rows: Int, heads: Int) -> [Int] {
        let dim = rows / heads
        return (0..<rows).map { row in
            let i = row % dim
            return row - i + (i < dim / 2 ? 2 * i : 2 * (i - dim / 2) + 1)
        }
    }
}

// The sizes of a language model, from its file's metadata.

public import Transformer

public struct LanguageShape: Hashable, Sendable {
    public var stack: StackShape
    /// Tokens.
    public var vocabulary: Int
    /// Positions that the model was trained on.
    public var contextMax: Int
    /// Added to the mean of squares in the norms.
    public var epsilon: Float

    /// Reads and checks. Whatever would be computed wrongly is refused by name.
    init(_ file: GGUFFile, _ architecture: Architecture) throws(ModelError) {
        let name = architecture.name
        func int(_ key: String) throws(ModelError) -> Int {
            let value = try file.int("\(name).\(key)")
            guard value > 0, value < 1 << 24 else { throw ModelError("\(file.path): \(name).\(key) is \(value)") }
            return value
        }
        let width = try int("embedding_length"), heads = try int("attention.head_count")
        let headDim = try file.int(ifPresent: "\(name).attention.key_length") ?? width / heads
        let base = try file.float(ifPresent: "\(name).rope.freq_base") ?? 10_000
        stack = StackShape(
            width: width, layers: try int("block_count"), heads: heads,
            keyHeads: try file.int(ifPresent: "\(name).attention.head_count_kv") ?? heads, headDim: headDim,
            hidden: try int("feed_forward_length"), ropeBase: Double(base),
            ropeFactors: try Self.ropeFactors(file, name, headDim))
        vocabulary = try file.tensor("token_embd.weight").rows
        contextMax = try int("context_length")
        epsilon = try file.float("\(name).attention.layer_norm_rms_epsilon")
        try check(file, name)
    }

    private func check(_ file: GGUFFile, _ name: String) throws(ModelError) {
        func refuse(_ what: String) -> ModelError { ModelError("\(file.path): \(what) is not supported") }
        let dim = stack.headDim
        guard stack.keyHeads > 0, stack.heads % stack.keyHeads == 0, dim > 0, dim % 4 == 0 else {
            throw refuse("\(stack.heads) heads of \(dim) with \(stack.keyHeads) key heads")
        }
        guard try file.int(ifPresent: "\(name).attention.value_length") ?? dim == dim else {
            throw refuse("values of another length than keys")
        }
        guard try file.int(ifPresent: "\(name).rope.dimension_count") ?? dim == dim else {
            throw refuse("rotating a part of each head")
        }
        guard try file.int(ifPresent: "\(name).expert_count") ?? 0 == 0 else { throw refuse("a mixture of experts") }
    }

    /// Divisors of the frequencies: from the tensor `rope_freqs.weight` (Llama 3.1), or the same for all.
    private static func ropeFactors(
        _ file: GGUFFile, _ name: String, _ headDim: Int
    ) throws(ModelError) -> [Float] {
        if file.contains(tensor: "rope_freqs.weight") {
            let factors = try file.tensor("rope_freqs.weight").floats()
            guard factors.count == headDim / 2, factors.allSatisfy({ $0 > 0 }) else {
                throw ModelError("\(file.path): rope_freqs.weight does not fit heads of \(headDim)")
            }
            return factors
        }
        switch try file.string(ifPresent: "\(name).rope.scaling.type") ?? "none" {
        case "none": return []
        case "linear":
            let factor = try file.float("\(name).rope.scaling.factor")
            guard factor > 0 else { throw ModelError("\(file.path): \(name).rope.scaling.factor is \(factor)") }
            return Array(repeating: factor, count: headDim / 2)
        case let other: throw ModelError("\(file.path): rotary scaling of type \(other) is not supported")
        }
    }
}

// Small language models of random weights, written as GGUF files.

internal import Basics
internal import Foundation
public import Language
internal import Kernels
internal import Transformer

/// Sizes of a model that is computed in no time. Heads of 64 take the fast attention kernel.
public struct RandomLanguage {
    public var architecture = "llama"
    public var width = 64, layers = 2, heads = 2, keyHeads = 1, headDim = 64, hidden = 96, vocabulary = 48
    public var seed: UInt64 = 1
    /// Whether logits have a matrix of their own.
    public var hasHead = false
    /// What the file says its architecture is, if not what it is.
    public var claims: String?

    public init(architecture: String = "llama", seed: UInt64 = 1) {
        (self.architecture, self.seed) = (architecture, seed)
    }

    public func weights() throws -> LanguageWeights {
        try LanguageWeights(file(), precision: .f32)
    }

    /// The mapping outlives the file's name.
    public func file() throws -> GGUFFile {
        let path = NSTemporaryDirectory() + "duet-random-\(UUID().uuidString).gguf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes()).write(to: URL(fileURLWithPath: path))
        return try GGUFFile(path: path)
    }

    // MARK: Bytes

    private func bytes() -> [UInt8] {
        let keys = metadata(), tensors = tensors()
        var random = Random(seed: seed), table: [UInt8] = [], data: [UInt8] = []
        for (name, dimensions, scale) in tensors {
            table += text(name) + little(UInt32(dimensions.count)) + dimensions.flatMap { little(UInt64($0)) }
            table += little(UInt32(0)) + little(UInt64(data.count))
            for _ in 0..<dimensions.reduce(1, *) {
                let noise = (random.uniform() + random.uniform() + random.uniform() - 1.5) * 2
                data += little((scale == 0 ? 1 + noise * 0.1 : noise * scale).bitPattern)
            }
            data += [UInt8](repeating: 0, count: (32 - data.count % 32) % 32)
        }
        var bytes = Array("GGUF".utf8) + little(UInt32(3)) + little(UInt64(tensors.count)) + little(UInt64(keys.count))
        bytes += keys.flatMap { $0 } + table
        bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
        return bytes + data
    }

    private func metadata() -> [[UInt8]] {
        func key(_ name: String, _ value: Int) -> [UInt8] { text(name) + little(UInt32(4)) + little(UInt32(value)) }
        func key(_ name: String, _ value: Float) -> [UInt8] {
            text(name) + little(UInt32(6)) + little(value.bitPattern)
        }
        let a = claims ?? architecture
        return [
            text("general.architecture") + little(UInt32(8)) + text(a), key("\(a).embedding_length", width),
            key("\(a).block_count", layers), key("\(a).attention.head_count", heads),
            key("\(a).attention.head_count_kv", keyHeads), key("\(a).attention.key_length", headDim),
            key("\(a).attention.value_length", headDim), key("\(a).feed_forward_length", hidden),
            key("\(a).context_length", 4096), key("\(a).rope.freq_base", Float(10_000)),
            key("\(a).attention.layer_norm_rms_epsilon", Float(1e-5)),
        ]
    }

    /// Name, dimensions (innermost first) and scale of each tensor; scale 0 is around 1, as norms are.
    private func tensors() -> [(String, [Int], Float)] {
        let all = heads * headDim, some = keyHeads * headDim
        func matrix(_ name: String, _ inputs: Int, _ outputs: Int) -> (String, [Int], Float) {
            (name + ".weight", [inputs, outputs], 2 / Float(inputs).squareRoot())
        }
        var tensors: [(String, [Int], Float)] = [
            ("token_embd.weight", [width, vocabulary], 1), ("output_norm.weight", [width], 0),
        ]
        if hasHead { tensors.append(matrix("output", width, vocabulary)) }
        for layer in 0..<layers {
            let p = "blk.\(layer)."
            tensors += [
                (p + "attn_norm.weight", [width], 0), (p + "ffn_norm.weight", [width], 0),
                matrix(p + "attn_q", width, all), matrix(p + "attn_k", width, some), matrix(p + "attn_v", width, some),
                matrix(p + "attn_output", all, width), matrix(p + "ffn_gate", width, hidden),
                matrix(p + "ffn_up", width, hidden), matrix(p + "ffn_down", hidden, width),
            ]
            if architecture == "qwen2" {
                tensors += [
                    (p + "attn_q.bias", [all], 1), (p + "attn_k.bias", [some], 1), (p + "attn_v.bias", [some], 1),
                ]
            }
            if architecture == "qwen3" {
                tensors += [(p + "attn_q_norm.weight", [headDim], 0), (p + "attn_k_norm.weight", [headDim], 0)]
            }
        }
        return tensors
    }

    private func little<T: FixedWidthInteger>(_ number: T) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    private func text(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }
}

// A low-rank adapter (LoRA, Hu et al. 2021), merged into the weights before they are packed.

public import Transformer

/// A safetensors file. `NAME.lora_a` [rank, inputs] and `NAME.lora_b` [outputs, rank], the scale included, belong to the GGUF tensor
/// `NAME.weight`; `token_embd.rows` [count, width] replaces the token table's rows that the metadata lists in `token_embd.ids`.
public struct LanguageAdapter: Sendable {
    private let file: TensorFile
    private let path: String

    public init(path: String) throws(ModelError) {
        self.path = path
        file = try TensorFile(path: path)
    }

    func changes(_ name: String) -> Bool {
        file.shape(of: name + ".lora_a") != nil || file.shape(of: name + ".rows") != nil
    }

    /// weights [outputs, inputs] += b · a, then the replaced rows.
    func merge(_ name: String, into weights: inout [Float], inputs: Int, outputs: Int) throws(ModelError) {
        if let rank = file.shape(of: name + ".lora_a")?.first {
            let a = try file.floats(name + ".lora_a", shape: [rank, inputs])
            let b = try file.floats(name + ".lora_b", shape: [outputs, rank])
            weights.withUnsafeMutableBufferPointer { weights in
                for output in 0..<outputs {
                    for r in 0..<rank {
                        let factor = b[output * rank + r]
                        for i in 0..<inputs { weights[output * inputs + i] += factor * a[r * inputs + i] }
                    }
                }
            }
        }
        for (row, values) in try rows(name, width: inputs, count: outputs) {
            weights.replaceSubrange(row * inputs..<(row + 1) * inputs, with: values)
        }
    }

    /// The rows of a table that the adapter replaces.
    func rows(_ name: String, width: Int, count: Int) throws(ModelError) -> [Int: [Float]] {
        guard let shape = file.shape(of: name + ".rows") else { return [:] }
        let ids = (file.metadata[name + ".ids"] ?? "").split(separator: ",").compactMap { Int($0) }
        guard shape == [ids.count, width], Set(ids).count == ids.count, ids.allSatisfy({ $0 >= 0 && $0 < count }) else {
            throw ModelError("\(path): \(name).rows does not fit the rows that its metadata lists")
        }
        let values = try file.floats(name + ".rows", shape: shape)
        return Dictionary(
            uniqueKeysWithValues: ids.enumerated().map { ($1, Array(values[$0 * width..<($0 + 1) * width])) })
    }
}

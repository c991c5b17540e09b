// The embedding of each token, read from the mapped file as it is needed.

internal import Kernels
internal import Transformer

/// Rows [vocabulary, width]. Dequantizing a row takes less than a microsecond; the whole table in float32 would often be the largest
/// part of a model.
struct TokenTable: Sendable {
    private let tensor: GGUFTensor
    /// Rows that an adapter replaced.
    private let replaced: [Int: Buffer]

    init(_ tensor: GGUFTensor, width: Int, _ adapter: LanguageAdapter?) throws(ModelError) {
        guard tensor.columns == width else { throw ModelError("\(tensor.name) is not \(width) wide") }
        self.tensor = tensor
        replaced = try adapter?.rows("token_embd", width: width, count: tensor.rows).mapValues(Buffer.init) ?? [:]
    }

    /// Writes the embedding of `token` to `target` [width].
    func read(_ token: Int, into target: UnsafeMutablePointer<Float>) {
        if let row = replaced[token] {
            target.update(from: row.pointer, count: tensor.columns)
        } else {
            tensor.read(rows: token..<token + 1, into: target)
        }
    }
}

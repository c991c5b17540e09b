// A language model's weights, read from a GGUF file and packed for one precision.

public import Kernels
public import Transformer

/// Immutable and shared by all sessions.
public final class LanguageWeights: Sendable {
    public let shape: LanguageShape
    public let precision: Precision
    /// `general.name`, or the architecture.
    public let name: String
    let blocks: [Block]
    let norm: Normalization
    let table: TokenTable
    /// Logits of the final norm's output.
    let head: Linear

    /// Packs the products in `precision`, after merging the adapter into the weights. Blocks that the precision holds are packed as they
    /// are in the file. Norms stay in float32, and the token table as it is in the file.
    public init(
        _ file: GGUFFile, adapter: LanguageAdapter? = nil, precision: Precision = .standard
    ) throws(ModelError) {
        let architecture = try Architectures.named(try file.string("general.architecture"), in: file.path)
        shape = try LanguageShape(file, architecture)
        self.precision = precision
        name = try file.string(ifPresent: "general.name") ?? architecture.name
        let reader = WeightReader(file, architecture, shape, adapter, precision)
        var blocks: [Block] = []
        for layer in 0..<shape.stack.layers { blocks.append(try reader.block(layer)) }
        self.blocks = blocks
        norm = try reader.norm("output_norm.weight", width: shape.stack.width)
        table = try TokenTable(file.tensor("token_embd.weight"), width: shape.stack.width, adapter)
        head = try reader.head()
        try reader.checkAllRead()
    }

    /// Bytes of weights that a step reads.
    public var byteCount: Int {
        blocks.reduce(head.byteCount) { sum, block in
            let layers = [block.query, block.key, block.value, block.output, block.gate, block.up, block.down]
            return sum + layers.reduce(0) { $0 + $1.byteCount }
        }
    }
}

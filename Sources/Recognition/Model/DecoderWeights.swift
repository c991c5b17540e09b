// The weights of Whisper's decoder (Radford et al. 2022).

internal import Kernels
internal import Transformer

struct DecoderWeights: Sendable {
    struct Block: Sendable {
        var selfNorm: Normalization, selfAttention, selfOutput: Linear
        /// Keys and values of the speech in one product.
        var crossNorm: Normalization, crossQuery, crossKeyValue, crossOutput: Linear
        var feedNorm: Normalization, up, down: Linear
    }

    let tokens: NumberTable
    /// [positions, width]
    let positions: Buffer
    let blocks: [Block]
    let norm: Normalization
    let head: Linear

    init(_ reader: RecognizerReader) throws(ModelError) {
        let shape = reader.shape, width = shape.width
        tokens = try reader.file.table("decoder/embeddings/weight", rows: shape.vocabulary, width: width)
        positions = Buffer(
            try reader.file.floats("decoder/position_encodings/encodings", shape.positions, width))
        var blocks: [Block] = []
        for layer in 0..<shape.decoderLayers { blocks.append(try Self.block("decoder/layer_\(layer)/", reader, width)) }
        self.blocks = blocks
        norm = try reader.norm("decoder/layer_norm")
        head = try reader.linear("decoder/projection", width, shape.vocabulary)
    }

    private static func block(_ name: String, _ reader: RecognizerReader, _ width: Int) throws(ModelError) -> Block {
        Block(
            selfNorm: try reader.norm(name + "self_attention/layer_norm"),
            selfAttention: try reader.linear(name + "self_attention/linear_0", width, 3 * width),
            selfOutput: try reader.linear(name + "self_attention/linear_1", width, width),
            crossNorm: try reader.norm(name + "attention/layer_norm"),
            crossQuery: try reader.linear(name + "attention/linear_0", width, width),
            crossKeyValue: try reader.linear(name + "attention/linear_1", width, 2 * width),
            crossOutput: try reader.linear(name + "attention/linear_2", width, width),
            feedNorm: try reader.norm(name + "ffn/layer_norm"),
            up: try reader.linear(name + "ffn/linear_0", width, nil),
            down: try reader.linear(name + "ffn/linear_1", nil, width))
    }

    var hidden: Int { blocks.map(\.up.outputs).max()! }
}

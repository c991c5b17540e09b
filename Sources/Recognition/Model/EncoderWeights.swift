// The weights of Whisper's encoder (Radford et al. 2022).

internal import Kernels
internal import Transformer

struct EncoderWeights: Sendable {
    struct Block: Sendable {
        /// Queries, keys and values in one product.
        var attentionNorm: Normalization, attention, output: Linear
        var feedNorm: Normalization, up, down: Linear
    }

    /// Kernels of three mel frames; the second has a stride of two.
    let stem: [Linear]
    /// [frames, width]
    let positions: Buffer
    let blocks: [Block]
    let norm: Normalization

    init(_ reader: RecognizerReader) throws(ModelError) {
        let shape = reader.shape, width = shape.width
        stem = [
            try reader.convolution("encoder/conv1", inputs: LogMel.bands, precision: .f32),
            try reader.convolution("encoder/conv2", inputs: width, precision: reader.precision),
        ]
        positions = Buffer(
            try reader.file.floats("encoder/position_encodings/encodings", shape.frames, width))
        var blocks: [Block] = []
        for layer in 0..<shape.encoderLayers {
            let name = "encoder/layer_\(layer)/"
            blocks.append(
                Block(
                    attentionNorm: try reader.norm(name + "self_attention/layer_norm"),
                    attention: try reader.linear(name + "self_attention/linear_0", width, 3 * width),
                    output: try reader.linear(name + "self_attention/linear_1", width, width),
                    feedNorm: try reader.norm(name + "ffn/layer_norm"),
                    up: try reader.linear(name + "ffn/linear_0", width, nil),
                    down: try reader.linear(name + "ffn/linear_1", nil, width)))
        }
        self.blocks = blocks
        norm = try reader.norm("encoder/layer_norm")
    }

    /// The widest hidden layer.
    var hidden: Int { blocks.map(\.up.outputs).max()! }
}

// From symbols to what the durations and the latents are made of.

internal import Glibc
internal import Kernels
internal import Transformer

/// VITS' text encoder: post-norm transformer layers with relative positions (Shaw et al. 2018) and convolutions. A clause at once.
struct TextEncoder: Sendable {
    private struct Layer {
        var query, key, value, out, widen, narrow: Convolution
        var first, second: Normalization
        /// Embeddings of relative positions [2 * reach + 1, headWidth].
        var relativeKeys, relativeValues: [Float]
    }

    private let embedding: [Float]
    private let layers: [Layer]
    private let projection: Convolution
    private let heads: Int
    /// Symbols, numbers a row, numbers of a latent.
    let symbols, width, channels: Int

    init(_ file: GraphFile) throws(ModelError) {
        (embedding, symbols, width) = try file.embedding("enc_p/emb")
        func load(_ module: String) throws(ModelError) -> Convolution {
            Convolution(try ConvolutionWeights(file, module), precision: .f32, isWhole: true)
        }
        let width = width
        func norm(_ name: String) throws(ModelError) -> Normalization {
            Normalization(
                weight: try file.floats(name + ".gamma", shape: [width]),
                bias: try file.floats(name + ".beta", shape: [width]))
        }
        var layers: [Layer] = [], headWidth = 0
        while file.nodes["enc_p/encoder/attn_layers.\(layers.count)/conv_q"] != nil {
            let i = layers.count, name = "enc_p/encoder/attn_layers.\(i)"
            let tables = "enc_p.encoder.attn_layers.\(i).emb_rel_"
            let shape = try file.shape(tables + "k")
            guard shape.count == 3, shape[0] == 1, shape[1] % 2 == 1, shape[2] > 0, width % shape[2] == 0 else {
                throw ModelError("\(file.path): \(tables)k has shape \(shape)")
            }
            headWidth = shape[2]
            layers.append(
                Layer(
                    query: try load(name + "/conv_q"), key: try load(name + "/conv_k"),
                    value: try load(name + "/conv_v"), out: try load(name + "/conv_o"),
                    widen: try load("enc_p/encoder/ffn_layers.\(i)/conv_1"),
                    narrow: try load("enc_p/encoder/ffn_layers.\(i)/conv_2"),
                    first: try norm("enc_p.encoder.norm_layers_1.\(i)"),
                    second: try norm("enc_p.encoder.norm_layers_2.\(i)"),
                    relativeKeys: try file.floats(tables + "k"),
                    relativeValues: try file.floats(tables + "v", shape: shape)))
        }
        projection = try load("enc_p/proj")
        guard headWidth > 0, projection.inputs == width, projection.outputs % 2 == 0,
            layers.allSatisfy({ $0.query.inputs == width && $0.query.outputs == width && $0.narrow.outputs == width })
        else { throw ModelError("\(file.path) has a text encoder whose layers do not fit together") }
        (self.layers, heads, channels) = (layers, width / headWidth, projection.outputs / 2)
    }

    /// Ids to rows [ids, width], and the latents' means and logarithms of deviations, [ids, 2 * channels].
    func encode(_ ids: [Int]) -> (rows: [Float], latents: [Float]) {
        let rows = ids.count, space = ProductSpace(), padded = Scratch(), scale = Float(width).squareRoot()
        var x = ids.flatMap { id in embedding[id * width..<(id + 1) * width].map { $0 * scale } }
        var y = [Float](repeating: 0, count: rows * width)
        for layer in layers {
            attend(layer, &x, rows, space)
            layer.first.apply(x, rows: rows, to: &x)
            var wide = [Float](repeating: 0, count: rows * layer.widen.outputs)
            layer.widen.applyWhole(x, rows: rows, padded: padded, space, to: &wide)
            for i in wide.indices where wide[i] < 0 { wide[i] = 0 }
            layer.narrow.applyWhole(wide, rows: rows, padded: padded, space, to: &y)
            add(y, to: &x, count: x.count)
            layer.second.apply(x, rows: rows, to: &x)
        }
        var latents = [Float](repeating: 0, count: rows * 2 * channels)
        projection.apply(x, counts: [rows], space, to: &latents)
        return (x, latents)
    }

    /// x += attention(x).
    private func attend(_ layer: Layer, _ x: inout [Float], _ rows: Int, _ space: ProductSpace) {
        var (q, k, v, out) = (x, x, x, x)
        for (convolution, write) in [(layer.query, 0), (layer.key, 1), (layer.value, 2)] {
            var target = [Float](repeating: 0, count: rows * width)
            convolution.apply(x, counts: [rows], space, to: &target)
            if write == 0 { q = target } else if write == 1 { k = target } else { v = target }
        }
        let dim = width / heads, scale = 1 / Float(dim).squareRoot()
        for i in q.indices { q[i] *= scale }
        for head in 0..<heads {
            AttentionHead(rows: rows, width: width, dim: dim, offset: head * dim).run(
                q, k, v, layer.relativeKeys, layer.relativeValues, to: &out)
        }
        var y = [Float](repeating: 0, count: rows * width)
        layer.out.apply(out, counts: [rows], space, to: &y)
        add(y, to: &x, count: x.count)
    }
}

// Decoder architectures to measure: sizes of well-known decoders, random weights.

internal import ArgumentParser
internal import Kernels
internal import Transformer

struct DecoderShape {
    var name: String
    var stack: StackShape
    var vocabulary: Int

    static let all = [
        DecoderShape(name: "135m", width: 576, layers: 30, heads: 9, keyHeads: 3, hidden: 1536, vocabulary: 49_152),
        DecoderShape(name: "0.5b", width: 896, layers: 24, heads: 14, keyHeads: 2, hidden: 4864, vocabulary: 151_936),
        DecoderShape(
            name: "1.5b", width: 1536, layers: 28, heads: 12, keyHeads: 2, headDim: 128, hidden: 8960,
            vocabulary: 151_936),
        // The bundled model's decoder, with its codes as the vocabulary.
        DecoderShape(name: "mini", width: 320, layers: 6, heads: 4, keyHeads: 2, hidden: 896, vocabulary: 4097),
    ]
    static var names: String { all.map(\.name).joined(separator: ", ") }

    static func named(_ name: String) throws -> DecoderShape {
        guard let shape = all.first(where: { $0.name == name }) else {
            throw ValidationError("there is no shape \"\(name)\"; there are \(names)")
        }
        return shape
    }

    private init(
        name: String, width: Int, layers: Int, heads: Int, keyHeads: Int, headDim: Int = 64, hidden: Int,
        vocabulary: Int
    ) {
        (self.name, self.vocabulary) = (name, vocabulary)
        stack = StackShape(
            width: width, layers: layers, heads: heads, keyHeads: keyHeads, headDim: headDim, hidden: hidden,
            ropeBase: 10_000)
    }

    /// The distinct products of a step, the head last.
    var products: [(outputs: Int, inputs: Int)] {
        let s = stack, queries = s.heads * s.headDim, keys = s.keyHeads * s.headDim
        let layer = [(queries, s.width), (keys, s.width), (s.hidden, s.width), (s.width, s.hidden)]
        return (queries == s.width ? layer : layer + [(s.width, queries)]) + [(vocabulary, s.width)]
    }

    /// Bytes of one session's cache for this many positions.
    func cacheBytes(positions: Int, precision: Precision) -> Int {
        stack.layers * 2 * stack.keyHeads * precision.rowBytes(dim: stack.headDim) * positions
    }
}

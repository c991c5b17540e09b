// Pronunciations of unknown words, letter by letter.

internal import Basics
internal import Foundation
internal import Kernels
internal import Transformer

/// A small BART (Lewis et al. 2019) with one encoder and one decoder layer, trained on misaki's lexicons
/// (PeterReid/graphemes_to_phonemes_en_us, Apache-2.0). A word at a time, without a cache: words are short.
struct LetterNetwork: Sendable {
    private struct Attention: Sendable { var query, key, value, out: Linear }
    private struct Layer: Sendable {
        var own: Attention, cross: Attention?
        var widen, narrow: Linear
        var ownNorm: Normalization, crossNorm: Normalization?, norm: Normalization
    }

    private static let width = 128, wide = 1024, positions = 64, offset = 2, start = 1, end = 2, unknown = 3

    private let letters: [Character: Int]
    private let sounds: [Character]
    private let embedding, encoderPlaces, decoderPlaces: [Float]
    private let encoderNorm, decoderNorm: Normalization
    private let encoder, decoder: Layer
    private let head: Linear

    init(path: String) throws(ModelError) {
        let file = try TensorFile(path: path), width = Self.width
        guard let text = file.metadata["settings"],
            let settings = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let graphemes = settings["grapheme_chars"] as? String, let phonemes = settings["phoneme_chars"] as? String
        else { throw ModelError("\(path) does not say its letters") }
        let drawn = Array(graphemes)
        guard drawn.count > 4, phonemes.count > 4 else { throw ModelError("\(path) has no letters") }
        letters = Dictionary(zip(drawn.dropFirst(4), 4...)) { first, _ in first }
        sounds = Array(phonemes)
        func norm(_ name: String) throws(ModelError) -> Normalization {
            Normalization(
                weight: try file.floats(name + ".weight", shape: [width]),
                bias: try file.floats(name + ".bias", shape: [width]))
        }
        let symbols = file.shape(of: "model.shared.weight")?.first ?? 0
        guard symbols >= drawn.count, symbols >= sounds.count else { throw ModelError("\(path) has too few symbols") }
        embedding = try file.floats("model.shared.weight", shape: [symbols, width])
        encoderPlaces = try file.floats("model.encoder.embed_positions.weight", shape: [Self.positions + 2, width])
        decoderPlaces = try file.floats("model.decoder.embed_positions.weight", shape: [Self.positions + 2, width])
        encoderNorm = try norm("model.encoder.layernorm_embedding")
        decoderNorm = try norm("model.decoder.layernorm_embedding")
        encoder = try Self.layer(file, "model.encoder.layers.0", hasCross: false, norm)
        decoder = try Self.layer(file, "model.decoder.layers.0", hasCross: true, norm)
        head = Linear(
            weights: embedding, bias: try file.floats("final_logits_bias", shape: [1, symbols]), inputs: width,
            outputs: symbols)
    }

    private static func layer(
        _ file: TensorFile, _ name: String, hasCross: Bool, _ norm: (String) throws(ModelError) -> Normalization
    ) throws(ModelError) -> Layer {
        func linear(_ part: String, _ inputs: Int, _ outputs: Int) throws(ModelError) -> Linear {
            Linear(
                weights: try file.floats("\(name).\(part).weight", shape: [outputs, inputs]),
                bias: try file.floats("\(name).\(part).bias", shape: [outputs]), inputs: inputs, outputs: outputs)
        }
        func attention(_ part: String) throws(ModelError) -> Attention {
            Attention(
                query: try linear(part + ".q_proj", width, width), key: try linear(part + ".k_proj", width, width),
                value: try linear(part + ".v_proj", width, width), out: try linear(part + ".out_proj", width, width))
        }
        return Layer(
            own: try attention("self_attn"), cross: hasCross ? try attention("encoder_attn") : nil,
            widen: try linear("fc1", width, wide), narrow: try linear("fc2", wide, width),
            ownNorm: try norm(name + ".self_attn_layer_norm"),
            crossNorm: hasCross ? try norm(name + ".encoder_attn_layer_norm") : nil,
            norm: try norm(name + ".final_layer_norm"))
    }

    /// The likeliest sounds of `word`, in misaki's symbols, chosen one by one.
    func pronounce(_ word: String) -> String {
        let ids = [Self.start] + word.prefix(Self.positions - 2).map { letters[$0] ?? Self.unknown } + [Self.end]
        let memory = run(encoder, embed(ids, encoderPlaces, encoderNorm), memory: nil, isCausal: false)
        var said = [Self.start], logits = [Float](repeating: 0, count: head.outputs)
        while said.count < Self.positions {
            let rows = run(decoder, embed(said, decoderPlaces, decoderNorm), memory: memory, isCausal: true)
            head.apply(Array(rows.suffix(Self.width)), rows: 1, to: &logits)
            let next = largest(logits, count: logits.count)
            if next == Self.end { break }
            said.append(next)
        }
        return String(said.dropFirst().compactMap { $0 >= 4 && $0 < sounds.count ? sounds[$0] : nil })
    }

    private func embed(_ ids: [Int], _ places: [Float], _ norm: Normalization) -> [Float] {
        let width = Self.width
        var x = [Float](repeating: 0, count: ids.count * width)
        for (row, id) in ids.enumerated() {
            for c in 0..<width {
                x[row * width + c] = embedding[id * width + c] + places[(row + Self.offset) * width + c]
            }
        }
        norm.apply(x, rows: ids.count, to: &x)
        return x
    }

    private func run(_ layer: Layer, _ input: [Float], memory: [Float]?, isCausal: Bool) -> [Float] {
        let rows = input.count / Self.width
        var x = input
        add(attend(layer.own, x, x, isCausal: isCausal), to: &x, count: x.count)
        layer.ownNorm.apply(x, rows: rows, to: &x)
        if let cross = layer.cross, let memory, let norm = layer.crossNorm {
            add(attend(cross, x, memory, isCausal: false), to: &x, count: x.count)
            norm.apply(x, rows: rows, to: &x)
        }
        var wide = [Float](repeating: 0, count: rows * Self.wide), y = x
        layer.widen.apply(x, rows: rows, to: &wide)
        Activation.gelu(&wide, count: wide.count)
        layer.narrow.apply(wide, rows: rows, to: &y)
        add(y, to: &x, count: x.count)
        layer.norm.apply(x, rows: rows, to: &x)
        return x
    }

    /// One head over all channels.
    private func attend(_ part: Attention, _ x: [Float], _ memory: [Float], isCausal: Bool) -> [Float] {
        let width = Self.width, rows = x.count / width, keys = memory.count / width
        var q = x, k = memory, v = memory, mixed = x, y = x
        part.query.apply(x, rows: rows, to: &q)
        part.key.apply(memory, rows: keys, to: &k)
        part.value.apply(memory, rows: keys, to: &v)
        for i in 0..<rows {
            let count = isCausal ? i + 1 : keys
            var scores = (0..<count).map { j in
                (0..<width).reduce(Float(0)) { $0 + q[i * width + $1] * k[j * width + $1] } / Float(width).squareRoot()
            }
            let total = logSumExp(scores, count: count)
            for j in 0..<count { scores[j] = exp(scores[j] - total) }
            for c in 0..<width { mixed[i * width + c] = (0..<count).reduce(0) { $0 + scores[$1] * v[$1 * width + c] } }
        }
        part.out.apply(mixed, rows: rows, to: &y)
        return y
    }
}

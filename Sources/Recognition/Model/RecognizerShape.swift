// The sizes of a Whisper model, from its file.

internal import Kernels
internal import Transformer

struct RecognizerShape: Hashable, Sendable {
    let width, heads, encoderLayers, decoderLayers: Int
    /// Tokens; feature frames of a window (1500, of 20 ms); positions of the text (448).
    let vocabulary, frames, positions: Int
    var headDim: Int { width / heads }

    /// Reads and checks. Whatever would be computed wrongly is refused by name.
    init(_ file: CTranslate2File) throws(ModelError) {
        guard file.specification == "WhisperSpec" else {
            throw ModelError("\(file.path) holds a \(file.specification), expected a WhisperSpec")
        }
        func pair(_ name: String) throws(ModelError) -> (Int, Int) {
            let shape = try file.shape(of: name)
            guard shape.count == 2, shape.allSatisfy({ $0 > 0 && $0 < 1 << 24 }) else {
                throw ModelError("\(file.path): \(name) has the shape \(shape)")
            }
            return (shape[0], shape[1])
        }
        (frames, width) = try pair("encoder/position_encodings/encodings")
        (positions, _) = try pair("decoder/position_encodings/encodings")
        (vocabulary, _) = try pair("decoder/embeddings/weight")
        heads = try file.int(ifPresent: "decoder/num_heads") ?? width / 64
        func layers(_ part: String) -> Int {
            var count = 0
            while file.contains("\(part)/layer_\(count)/self_attention/linear_0/weight") { count += 1 }
            return count
        }
        (encoderLayers, decoderLayers) = (layers("encoder"), layers("decoder"))
        try check(file)
    }

    private func check(_ file: CTranslate2File) throws(ModelError) {
        guard encoderLayers > 0, decoderLayers > 0 else { throw ModelError("\(file.path) has no layers") }
        guard heads > 0, width % heads == 0, headDim % 4 == 0,
            try file.int(ifPresent: "encoder/num_heads") ?? heads == heads
        else { throw ModelError("\(file.path): \(heads) heads of a width of \(width) are not supported") }
        guard frames > 50, positions > 8 else {
            throw ModelError("\(file.path): \(frames) frames and \(positions) positions are too few")
        }
        // GELU by the error function, norms before, no other positions.
        for (name, expected) in [
            ("activation", 3), ("alibi", 0), ("pre_norm", 1), ("scale_embeddings", 0), ("start_from_zero_embedding", 0),
        ] {
            let value = try file.int(ifPresent: "decoder/" + name) ?? expected
            guard value == expected else { throw ModelError("\(file.path): decoder/\(name) \(value) is not supported") }
        }
    }
}

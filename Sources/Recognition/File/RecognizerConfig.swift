// What CTranslate2 writes beside Whisper's weights: config.json.

internal import Foundation
internal import Transformer

/// Tokens that are never written, and the heads of the decoder whose attention follows the speech.
struct RecognizerConfig: Decodable, Sendable {
    /// Never, and never first.
    var suppressIds, suppressIdsBegin: [Int]
    /// Pairs of layer and head (OpenAI's whisper, `_ALIGNMENT_HEADS`).
    var alignmentHeads: [[Int]]?

    static func read(_ path: String) throws(ModelError) -> RecognizerConfig {
        guard let data = FileManager.default.contents(atPath: path) else { throw ModelError("\(path) is missing") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(RecognizerConfig.self, from: data)
        } catch {
            throw ModelError("\(path) is no configuration of Whisper: expected suppress_ids and suppress_ids_begin")
        }
    }

    /// The alignment heads; without any in the file, all of the upper half of the layers.
    func heads(layers: Int, heads: Int, path: String) throws(ModelError) -> [AlignmentHead] {
        guard let alignmentHeads else {
            return (layers / 2..<layers).flatMap { layer in (0..<heads).map { AlignmentHead(layer: layer, head: $0) } }
        }
        var list: [AlignmentHead] = []
        for pair in alignmentHeads {
            guard pair.count == 2, (0..<layers).contains(pair[0]), (0..<heads).contains(pair[1]) else {
                throw ModelError("\(path): the alignment head \(pair) is not in \(layers) layers of \(heads) heads")
            }
            list.append(AlignmentHead(layer: pair[0], head: pair[1]))
        }
        return list
    }
}

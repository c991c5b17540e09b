// SentencePiece's byte pair encoding with scores, as in Llama 2, Mistral and Gemma.

internal import Transformer

/// Takes the text's characters and joins neighbours whose text is a token, the best score first (`bpe_model.cc` of SentencePiece).
/// What stays without a token becomes the tokens of its bytes.
struct SentencePieces: TokenModel {
    private let table: PieceTable
    /// By token: its place in the order of the scores; equal scores share one.
    private let ranks: [UInt32]
    /// The token of each byte, or -1.
    private let byteTokens: [Int32]
    /// The token of the unknown, if there is one.
    private let unknown: [Int32]
    let addsBlank: Bool
    let begins = true

    init(_ file: GGUFFile, _ vocabulary: Vocabulary) throws(ModelError) {
        table = vocabulary.table
        addsBlank = try file.bool(ifPresent: "tokenizer.ggml.add_space_prefix") ?? true
        let scores = try file.floats("tokenizer.ggml.scores")
        guard scores.count == vocabulary.count else {
            throw ModelError("\(file.path) has \(vocabulary.count) tokens and the scores of \(scores.count)")
        }
        ranks = Self.ranks(scores)
        unknown = vocabulary.kinds.firstIndex(of: .unknown).map { [Int32($0)] } ?? []
        var byteTokens = [Int32](repeating: -1, count: 256)
        for (token, kind) in vocabulary.kinds.enumerated() where kind == .byte {
            byteTokens[Int(vocabulary.bytes(of: Int32(token)).first!)] = Int32(token)
        }
        self.byteTokens = byteTokens
    }

    private static func ranks(_ scores: [Float]) -> [UInt32] {
        let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
        var ranks = [UInt32](repeating: 0, count: scores.count), rank: UInt32 = 0
        for (i, token) in order.enumerated() {
            if i > 0, scores[token] != scores[order[i - 1]] { rank += 1 }
            ranks[token] = rank
        }
        return ranks
    }

    /// A token's bytes: in the file, U+2581 stands for a blank.
    static func bytes(_ text: String) -> [UInt8] { blanks(Array(text.utf8)[...]) }

    /// With U+2581 replaced by a blank.
    private static func blanks(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + 1)
        for byte in text {
            bytes.append(byte)
            if byte == 0x81, bytes.suffix(3).elementsEqual([0xe2, 0x96, 0x81]) {
                bytes.removeLast(3)
                bytes.append(0x20)
            }
        }
        return bytes
    }

    func encode(_ text: ArraySlice<UInt8>, continuing: Bool, into tokens: inout [Int32]) {
        var queue = MergeQueue()
        encode(text, continuing: continuing, queue: &queue, into: &tokens)
    }

    /// The queue tells afterwards how much work it was.
    func encode(
        _ text: ArraySlice<UInt8>, continuing: Bool, queue: inout MergeQueue, into tokens: inout [Int32]
    ) {
        let bytes = (addsBlank && !continuing ? [0x20] : []) + Self.blanks(text)
        bytes.withUnsafeBufferPointer { bytes in
            var at = 0
            while at < bytes.count {
                let end = min(at + Self.length(bytes[at]), bytes.count)
                queue.append(table.token(.init(rebasing: bytes[at..<end])), at..<end)
                at = end
            }
            queue.run { left, right in
                let token = table.token(.init(rebasing: bytes[Int(left.start)..<Int(right.end)]))
                return token < 0 ? nil : (ranks[Int(token)], token)
            }
            for symbol in queue.symbols where symbol.end >= 0 {
                if symbol.token >= 0 { tokens.append(symbol.token) } else { append(bytes, symbol, &tokens) }
            }
        }
    }

    /// The tokens of the bytes; of a character that lacks any, the unknown token.
    private func append(_ bytes: UnsafeBufferPointer<UInt8>, _ symbol: MergeQueue.Symbol, _ tokens: inout [Int32]) {
        let parts = bytes[Int(symbol.start)..<Int(symbol.end)].map { byteTokens[Int($0)] }
        tokens += parts.contains(-1) ? unknown : parts
    }

    /// Bytes of the character that begins with `byte` (RFC 3629 §3).
    private static func length(_ byte: UInt8) -> Int {
        switch byte {
        case 0..<0xc0: 1
        case 0xc0..<0xe0: 2
        case 0xe0..<0xf0: 3
        default: 4
        }
    }
}

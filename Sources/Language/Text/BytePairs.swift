// Byte-level byte pair encoding, as in GPT-2.

internal import Transformer

/// Cuts the text into pieces (`PieceScanner`), takes each piece's bytes as tokens and joins neighbours in the order of `merges`.
struct BytePairs: TokenModel {
    private let rules: PieceRules
    private let table: PieceTable
    /// The token of each byte, or -1. Vocabularies may leave out bytes that UTF-8 does not have.
    private let byteTokens: [Int32]
    /// By left and right token: the rank and the joined token.
    private let merges: [UInt64: (rank: UInt32, token: Int32)]
    let addsBlank = false
    var begins: Bool { rules.begins }

    init(_ file: GGUFFile, _ vocabulary: Vocabulary) throws(ModelError) {
        rules = try PieceRules.of(file)
        table = vocabulary.table
        byteTokens = (0..<256).map { [table] in table.token([UInt8($0)]) }
        merges = try Self.merges(file, table)
    }

    private static func merges(
        _ file: GGUFFile, _ table: PieceTable
    ) throws(ModelError) -> [UInt64: (rank: UInt32, token: Int32)] {
        let lines = try file.strings("tokenizer.ggml.merges")
        guard lines.count < 1 << 24 else { throw ModelError("\(file.path) has \(lines.count) merges") }
        var merges: [UInt64: (rank: UInt32, token: Int32)] = [:]
        merges.reserveCapacity(lines.count)
        for (rank, line) in lines.enumerated() {
            let parts = line.split(separator: " ", maxSplits: 1).map { ByteAlphabet.bytes(String($0)) }
            let tokens = parts.map(table.token)
            guard tokens.count == 2, tokens[0] >= 0, tokens[1] >= 0, case let joined = table.token(parts[0] + parts[1]),
                joined >= 0
            else { throw ModelError("\(file.path): merge \(rank), \"\(line)\", does not join two tokens to a third") }
            let key = Self.key(tokens[0], tokens[1])
            if merges[key] == nil { merges[key] = (UInt32(rank), joined) }
        }
        return merges
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    func encode(_ text: ArraySlice<UInt8>, continuing: Bool, into tokens: inout [Int32]) {
        var queue = MergeQueue()
        encode(text, queue: &queue, into: &tokens)
    }

    /// The queue tells afterwards how much work it was.
    func encode(_ text: ArraySlice<UInt8>, queue: inout MergeQueue, into tokens: inout [Int32]) {
        let text = rules.composes ? Self.composed(text) : text
        text.withUnsafeBufferPointer { bytes in
            var scanner = PieceScanner(bytes, rules)
            while let piece = scanner.next() { encode(bytes, piece, &queue, &tokens) }
        }
    }

    private func encode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ piece: Range<Int>, _ queue: inout MergeQueue, _ tokens: inout [Int32]
    ) {
        if rules.takesWhole {
            let token = table.token(.init(rebasing: bytes[piece]))
            if token >= 0 { return tokens.append(token) }
        }
        queue.removeAll()
        for at in piece { queue.append(byteTokens[Int(bytes[at])], at..<at + 1) }
        queue.run { left, right in merges[Self.key(left.token, right.token)] }
        for symbol in queue.symbols where symbol.end >= 0 && symbol.token >= 0 { tokens.append(symbol.token) }
    }

    /// In Unicode's form NFC. Text without characters from U+0300 on is so already.
    private static func composed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.contains(where: { $0 >= 0xcc }) else { return text }
        return Array(String(decoding: text, as: UTF8.self).precomposed.utf8)[...]
    }
}

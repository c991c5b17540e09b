// A language model's vocabulary.

internal import Basics
internal import Transformer

/// The tokens: what each is and which bytes it stands for.
public struct Vocabulary: Sendable {
    /// What a token is, numbered as in `tokenizer.ggml.token_type`.
    public enum Kind: UInt8, Sendable {
        case normal = 1, unknown, control, userDefined, unused, byte

        var hasText: Bool { self == .normal || self == .userDefined || self == .byte }
    }

    public let kinds: [Kind]
    /// The bytes of all tokens, one after the other; those of token t are `starts[t]..<starts[t + 1]`.
    let bytes: [UInt8]
    let starts: [Int32]
    /// Tokens of ordinary text by their bytes.
    let table: PieceTable

    /// `bytes` gives the bytes of an ordinary token as it is written in the file.
    init(_ file: GGUFFile, bytes convert: (String) -> [UInt8]) throws(ModelError) {
        let texts = try file.strings("tokenizer.ggml.tokens")
        kinds = try Self.kinds(file, count: texts.count)
        var bytes: [UInt8] = [], starts: [Int32] = [0]
        for (text, kind) in zip(texts, kinds) {
            switch kind {
            case .normal: bytes += convert(text)
            case .byte: bytes.append(try Self.byte(text, file.path))
            case .unknown, .control, .userDefined, .unused: bytes += Array(text.utf8)
            }
            guard let end = Int32(exactly: bytes.count) else { throw ModelError("\(file.path) has too long tokens") }
            starts.append(end)
        }
        self.bytes = bytes
        self.starts = starts
        table = PieceTable(
            bytes: bytes, starts: starts, tokens: kinds.indices.filter { [kinds] in kinds[$0] == .normal })
    }

    public var count: Int { kinds.count }

    func bytes(of token: Int32) -> ArraySlice<UInt8> {
        invariant(token >= 0 && token < kinds.count, "token \(token) of \(kinds.count)")
        return bytes[Int(starts[Int(token)])..<Int(starts[Int(token) + 1])]
    }

    /// The default is that all tokens are normal.
    private static func kinds(_ file: GGUFFile, count: Int) throws(ModelError) -> [Kind] {
        guard count > 0, count < 1 << 24 else { throw ModelError("\(file.path) has a vocabulary of \(count) tokens") }
        guard let numbers = try file.ints(ifPresent: "tokenizer.ggml.token_type") else {
            return [Kind](repeating: .normal, count: count)
        }
        guard numbers.count == count else {
            throw ModelError("\(file.path) has \(count) tokens and the types of \(numbers.count)")
        }
        var kinds: [Kind] = []
        for number in numbers {
            guard let kind = UInt8(exactly: number).flatMap(Kind.init) else {
                throw ModelError("\(file.path): a token has the unknown type \(number)")
            }
            kinds.append(kind)
        }
        return kinds
    }

    /// `<0x0A>` is the byte 10.
    private static func byte(_ text: String, _ path: String) throws(ModelError) -> UInt8 {
        guard text.utf8.count == 6, text.hasPrefix("<0x"), text.hasSuffix(">"),
            let byte = UInt8(text.dropFirst(3).dropLast(), radix: 16)
        else { throw ModelError("\(path): \(text) is marked as a byte, expected <0x00> to <0xFF>") }
        return byte
    }
}

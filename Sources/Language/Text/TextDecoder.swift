// Tokens to text, one token at a time.

/// Turns tokens into text as they come. A character whose bytes are spread over several tokens comes with the last of them.
public struct TextDecoder: Sendable {
    private let tokenizer: TextTokenizer
    /// Bytes of an incomplete character: three at most.
    private var held: [UInt8] = []
    /// Whether a blank that the next token begins with was only put there by the encoding.
    private var dropsBlank: Bool

    /// - Parameter continuing: whether the text goes on after other text; see `TextTokenizer.encode`.
    public init(_ tokenizer: TextTokenizer, continuing: Bool = false) {
        self.tokenizer = tokenizer
        dropsBlank = tokenizer.addsBlank && !continuing
    }

    /// The text that this token completes; empty for control tokens.
    public mutating func text(of token: Int32) -> String {
        guard !tokenizer.isControl(token) else { return "" }
        var bytes = tokenizer.vocabulary.bytes(of: token)
        if dropsBlank, bytes.first == 0x20 { bytes = bytes.dropFirst() }
        dropsBlank = false
        held += bytes
        let whole = held.count - Self.incomplete(held)
        defer { held.removeFirst(whole) }
        return String(decoding: held[..<whole], as: UTF8.self)
    }

    /// What is left when no more tokens come: U+FFFD for an incomplete character, else nothing.
    public mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// Bytes at the end that more bytes could complete to a character (RFC 3629 §4).
    private static func incomplete(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xc0 == 0x80 { continue }
            let needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1
            guard length < needed, byte <= 0xf4 else { return 0 }
            return length == 1 || allows(byte, bytes[bytes.count - length + 1]) ? length : 0
        }
        return 0
    }

    /// Whether `second` may follow `first` in a character: not in overlong forms, surrogates or beyond U+10FFFF.
    private static func allows(_ first: UInt8, _ second: UInt8) -> Bool {
        switch first {
        case 0xe0: second >= 0xa0
        case 0xed: second < 0xa0
        case 0xf0: second >= 0x90
        case 0xf4: second < 0x90
        default: true
        }
    }
}

// Splits text into tokens, in linear time.

/// Maps variant spellings to one form, and collects characters that cannot be said.
struct SpokenTokens {
    private(set) var tokens: [SpokenToken] = []
    /// Characters that have no words, each once, in text order.
    private(set) var unspoken: [Unicode.Scalar] = []

    private var kind = SpokenToken.Kind.sign
    private var bytes: [UInt8] = []
    private var gap = SpokenToken.Gap.line
    private var isElided = false
    private var apostropheWaits = false
    private var pictures = 0
    /// Pictures named in one text. Further ones are not named, because looking up a name takes time.
    private static let picturesMax = 100

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        tokens.reserveCapacity(scalars.count / 4 + 1)
        for i in scalars.indices { take(i, scalars) }
        flush()
    }

    private mutating func take(_ i: Int, _ scalars: [Unicode.Scalar]) {
        let scalar = scalars[i]
        if scalar.isASCII { return takeASCII(UInt8(scalar.value)) }
        if SpokenCharacters.isGreek(scalar), isInGreek(i, scalars) { return miss(scalar) }
        switch SpokenCharacters.fold(scalar) {
        case .letters(let letters): for byte in letters.utf8 { append(byte, .letters) }
        case .digits(let digits): for byte in digits.utf8 { append(byte, .digits) }
        case .power(let digits): for byte in digits.utf8 { append(byte, .power) }
        case .ascii(let text): for byte in text.utf8 { takeASCII(byte) }
        case .fraction(let text): add(.fraction, text)
        case .name(let text): add(.name, text)
        case .picture:
            pictures += 1
            let name = pictures > Self.picturesMax ? nil : scalar.properties.name
            if let name { add(.name, SpokenTables.short(name)) } else { miss(scalar) }
        case .sign(let text): add(.sign, text)
        case .space(let kind): leave(kind)
        case .nothing: break
        case .unspoken: miss(scalar)
        }
    }

    /// Whether a Greek letter is part of a word rather than a symbol.
    private func isInGreek(_ i: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        i > 0 && SpokenCharacters.isGreek(scalars[i - 1])
            || i + 1 < scalars.count && SpokenCharacters.isGreek(scalars[i + 1])
    }

    private mutating func takeASCII(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): append(byte, .letters)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): append(byte, .digits)
        case UInt8(ascii: "'"), UInt8(ascii: "`"):
            if kind == .letters, !bytes.isEmpty, !apostropheWaits { apostropheWaits = true } else { add(.sign, "'") }
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): leave(.line)
        case 0...32: leave(.space)
        case 127: break
        default: add(.sign, String(Unicode.Scalar(byte)))
        }
    }

    /// Appends a byte of letters or digits.
    private mutating func append(_ byte: UInt8, _ next: SpokenToken.Kind) {
        if apostropheWaits, next == .letters {
            (apostropheWaits, isElided) = (false, true)
        } else if kind != next || apostropheWaits {
            flush()
        }
        kind = next
        bytes.append(byte)
    }

    /// Adds a complete token.
    private mutating func add(_ kind: SpokenToken.Kind, _ text: String) {
        flush()
        tokens.append(SpokenToken(kind, text, gap: gap))
        gap = .none
    }

    private mutating func leave(_ next: SpokenToken.Gap) {
        flush()
        if next.rawValue > gap.rawValue { gap = next }
    }

    private mutating func miss(_ scalar: Unicode.Scalar) {
        leave(.space)
        if unspoken.count < SpokenText.unspokenMax, !unspoken.contains(scalar) { unspoken.append(scalar) }
    }

    private mutating func flush() {
        if !bytes.isEmpty {
            let text = String(decoding: bytes, as: UTF8.self)
            var token = SpokenToken(kind, text, gap: gap)
            if kind == .letters {
                (token.letters, token.isElided) = (Self.letters(bytes), isElided)
                if token.letters != .lower { token.small = String(decoding: bytes.map { $0 | 32 }, as: UTF8.self) }
            }
            tokens.append(token)
            bytes.removeAll(keepingCapacity: true)
            gap = .none
        }
        isElided = false
        guard apostropheWaits else { return }
        apostropheWaits = false
        add(.sign, "'")
    }

    private static func letters(_ bytes: [UInt8]) -> SpokenToken.Letters {
        let upper = bytes.reduce(0) { $0 + ($1 < 97 ? 1 : 0) }
        if upper == 0 { return .lower }
        if upper == bytes.count { return .upper }
        return upper == 1 && bytes[0] < 97 ? .capital : .mixed
    }
}

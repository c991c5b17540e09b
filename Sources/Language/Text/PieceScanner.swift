// Cuts text into the pieces of a byte-level vocabulary.

/// What the regular expressions of GPT-2 and Llama 3 match, piece by piece, without a regex engine. A text of n characters takes n
/// steps, times a small constant.
struct PieceScanner {
    enum Kind { case letter, number, blank, newline, space, other }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let rules: PieceRules
    /// By character: its kind and its first byte.
    private var kinds: [Kind] = []
    private var starts: [Int] = []
    /// The next piece's first character.
    private var at = 0
    /// Characters looked at, for tests.
    private(set) var stepCount = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ rules: PieceRules) {
        self.bytes = bytes
        self.rules = rules
        kinds.reserveCapacity(bytes.count)
        starts.reserveCapacity(bytes.count + 1)
        var decoder = Unicode.UTF8.ForwardParser(), iterator = bytes.makeIterator(), start = 0
        while case .valid(let encoded) = decoder.parseScalar(from: &iterator) {
            starts.append(start)
            kinds.append(Self.kind(UTF8.decode(encoded)))
            start += encoded.count
        }
        starts.append(start)
    }

    /// The next piece's bytes.
    mutating func next() -> Range<Int>? {
        guard at < kinds.count else { return nil }
        let end = rules.style == .gpt2 ? gpt2() : llama3()
        stepCount += end - at
        defer { at = end }
        return starts[at]..<starts[end]
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x61...0x7a, 0x41...0x5a: return .letter
        case 0x30...0x39: return .number
        case 0x20: return .blank
        case 0x0a, 0x0d: return .newline
        case 0x09, 0x0b, 0x0c: return .space
        case 0..<0x80: return .other
        default: break
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return scalar.properties.isWhitespace ? .space : .other
        }
    }

    // MARK: Rules

    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    private mutating func gpt2() -> Int {
        if let end = contraction(ignoringCase: false) { return end }
        let first = kinds[at] == .blank ? at + 1 : at
        switch kind(first) {
        case .letter: return end(of: .letter, from: first)
        case .number where !(rules.digitsFirst && first > at):
            return end(of: .number, from: first, max: rules.digitsMax)
        case .other: return end(of: .other, from: first)
        default: return endOfSpace()
        }
    }

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
    private mutating func llama3() -> Int {
        if let end = contraction(ignoringCase: true) { return end }
        switch kinds[at] {
        case .letter: return end(of: .letter, from: at)
        case .number: return end(of: .number, from: at, max: rules.digitsMax)
        case .blank, .space, .other:
            if kind(at + 1) == .letter { return end(of: .letter, from: at + 1) }
        case .newline: break
        }
        let first = kinds[at] == .blank ? at + 1 : at
        guard kind(first) == .other else { return endOfLines() ?? endOfSpace() }
        return end(of: .newline, from: end(of: .other, from: first))
    }

    private func kind(_ character: Int) -> Kind? { character < kinds.count ? kinds[character] : nil }

    private func end(of kind: Kind, from first: Int, max: Int = .max) -> Int {
        var end = first
        while end < kinds.count, kinds[end] == kind, end - first < max { end += 1 }
        return end
    }

    private static func isSpace(_ kind: Kind) -> Bool { kind == .blank || kind == .newline || kind == .space }

    private func isSpace(_ character: Int) -> Bool { kind(character).map(Self.isSpace) ?? false }

    /// `\s*[\r\n]+`: up to the last end of a line in the white space.
    private mutating func endOfLines() -> Int? {
        var character = at, end: Int?
        while isSpace(character) {
            if kinds[character] == .newline { end = character + 1 }
            character += 1
        }
        stepCount += character - at
        return end
    }

    /// `\s+(?!\S)|\s+`: the white space, but for its last character where something follows, which may belong to what follows.
    private mutating func endOfSpace() -> Int {
        var end = at
        while isSpace(end) { end += 1 }
        stepCount += end - at
        let isLast = end == kinds.count || rules.digitsFirst && kinds[end] == .number
        return isLast || end == at + 1 ? end : end - 1
    }

    /// `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll`, `'d`. Without regard to case, `ſ` is an s (Unicode's simple case folding).
    private func contraction(ignoringCase: Bool) -> Int? {
        guard bytes[starts[at]] == UInt8(ascii: "'"), kind(at + 1) == .letter else { return nil }
        let first = letter(at + 1, ignoringCase)
        if [UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d")].contains(first) {
            return at + 2
        }
        guard kind(at + 2) == .letter else { return nil }
        switch (first, letter(at + 2, ignoringCase)) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return at + 3
        default: return nil
        }
    }

    /// An ASCII letter, in lower case if case does not matter; 0 for others.
    private func letter(_ character: Int, _ ignoringCase: Bool) -> UInt8 {
        let bytes = bytes[starts[character]..<starts[character + 1]]
        if ignoringCase, bytes.elementsEqual([0xc5, 0xbf]) { return UInt8(ascii: "s") }
        guard bytes.count == 1 else { return 0 }
        return ignoringCase ? bytes[bytes.startIndex] | 0x20 : bytes[bytes.startIndex]
    }
}

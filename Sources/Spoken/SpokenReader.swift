// Turns tokens into words, left to right. Each kind of thing has its rules in an extension.

struct SpokenReader {
    let tokens: [SpokenToken]
    /// Index of the next token.
    var at = 0
    var words: [String] = []
    /// The token index after the last quantity, and that quantity's number if it has one.
    var quantity = (end: -1, number: SpokenLiteral?.none)
    /// Whether the text has lower-case letters.
    let hasSmallLetters: Bool
    /// The end of the space-delimited part that was last checked for an address.
    private(set) var partEnd = 0

    init(_ tokens: [SpokenToken]) {
        self.tokens = tokens
        hasSmallLetters = tokens.contains { $0.kind == .letters && $0.letters != .upper }
        words.reserveCapacity(tokens.count)
    }

    mutating func read() {
        while at < min(tokens.count, SpokenText.tokensMax), words.count < SpokenText.wordsMax {
            if at >= partEnd {
                partEnd = tokens[(at + 1)...].firstIndex { !$0.isGlued } ?? tokens.count
                if readAddress(before: partEnd) { continue }
            }
            switch tokens[at].kind {
            case .letters: readLetters()
            case .digits, .fraction: readNumber()
            case .sign: readSign()
            case .power:
                say(Self.power(tokens[at].text))
                at += 1
            case .name:
                // A row of equal pictures is said once.
                let isAgain = tokens[at].isGlued && kind(-1) == .name && tokens[at].text == self[-1]?.text
                if !isAgain { say(tokens[at].text.split(separator: " ").map(String.init)) }
                at += 1
            }
        }
    }

    /// The token `offset` tokens after the next one.
    subscript(offset: Int) -> SpokenToken? {
        let i = at + offset
        return i >= 0 && i < tokens.count ? tokens[i] : nil
    }

    /// The same, if no space precedes it.
    func glued(_ offset: Int) -> SpokenToken? { self[offset].flatMap { $0.isGlued ? $0 : nil } }

    // The same without copying the token: most rules only check and do not apply.

    func kind(_ offset: Int) -> SpokenToken.Kind? {
        let i = at + offset
        return i >= 0 && i < tokens.count ? tokens[i].kind : nil
    }

    func isGlued(_ offset: Int) -> Bool {
        let i = at + offset
        return i >= 0 && i < tokens.count && tokens[i].gap == .none
    }

    func gluedKind(_ offset: Int) -> SpokenToken.Kind? { isGlued(offset) ? tokens[at + offset].kind : nil }

    func isSign(_ offset: Int, _ sign: String) -> Bool { kind(offset) == .sign && tokens[at + offset].text == sign }

    func isGlued(_ offset: Int, _ sign: String) -> Bool { isGlued(offset) && isSign(offset, sign) }

    /// The word before the next token, in lower case; empty if there is none.
    var wordBefore: String {
        self[-1].flatMap { $0.kind == .letters ? $0.small : nil } ?? ""
    }

    var isBehindQuantity: Bool { quantity.end == at }

    mutating func say(_ more: [String]) { words.append(contentsOf: more) }
    mutating func say(_ word: String) { words.append(word) }

    static func power(_ text: String) -> [String] {
        switch text {
        case "2": return ["squared"]
        case "3": return ["cubed"]
        default:
            let sign = text.hasPrefix("-") ? ["minus"] : []
            return ["to", "the", "power", "of"] + sign + number(text.filter { $0 != "-" })
        }
    }

    /// A row of digits as one number, or digit by digit if it starts with a zero or is long.
    static func number(_ digits: String, isGrouped: Bool = false) -> [String] {
        guard digits.utf8.count <= NumberWords.digitsMax, digits == "0" || !digits.hasPrefix("0") || isGrouped,
            let value = Int(digits)
        else { return NumberWords.digits(digits) }
        let isSpelled = value < 1_000_000 || isGrouped || value % 1_000_000 == 0
        return isSpelled ? NumberWords.cardinal(value) : NumberWords.digits(digits)
    }
}

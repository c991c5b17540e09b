// Tokens to words, left to right. Rules for each kind of thing are in the extensions.

struct SpokenReader {
    let tokens: [SpokenToken]
    /// The next token.
    var at = 0
    var words: [String] = []
    /// Behind which token the last quantity ended, and its number where it has one.
    var quantity = (end: -1, number: SpokenLiteral?.none)
    /// Whether the text has small letters.
    let hasSmallLetters: Bool
    /// Where the part without spaces ends that was looked at last.
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
                // Somebody who laughs five times is told of once.
                let isAgain = tokens[at].isGlued && kind(-1) == .name && tokens[at].text == self[-1]?.text
                if !isAgain { say(tokens[at].text.split(separator: " ").map(String.init)) }
                at += 1
            }
        }
    }

    /// The token so many behind the next one.
    subscript(offset: Int) -> SpokenToken? {
        let i = at + offset
        return i >= 0 && i < tokens.count ? tokens[i] : nil
    }

    /// The same, where nothing is between it and the one before.
    func glued(_ offset: Int) -> SpokenToken? { self[offset].flatMap { $0.isGlued ? $0 : nil } }

    // The same without a copy: most rules ask and find that they do not apply.

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

    /// The letters before the next token, small.
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

    /// A row of digits as one number, or one by one where it begins with a zero or is long.
    static func number(_ digits: String, isGrouped: Bool = false) -> [String] {
        guard digits.utf8.count <= NumberWords.digitsMax, digits == "0" || !digits.hasPrefix("0") || isGrouped,
            let value = Int(digits)
        else { return NumberWords.digits(digits) }
        let isSpelled = value < 1_000_000 || isGrouped || value % 1_000_000 == 0
        return isSpelled ? NumberWords.cardinal(value) : NumberWords.digits(digits)
    }
}

// Reads a number and what it counts: "1,250.5 kg", "22nd", "1990s", "3/4", "1 1/2", "5'11\"".

/// A number as written.
struct SpokenLiteral {
    var whole: String
    var fraction: String?
    /// How many tokens it takes.
    var count: Int
    var isGrouped = false

    var value: Double { Double(fraction.map { whole + "." + $0 } ?? whole) ?? 0 }
    var isOne: Bool { fraction == nil && whole == "1" }
    /// The value of a whole number of up to six digits; nil for others.
    var plain: Int? { fraction == nil && whole.utf8.count <= 6 ? Int(whole) : nil }

    var words: [String] {
        let point = fraction.map { ["point"] + NumberWords.digits($0) } ?? []
        return (whole.isEmpty ? [] : SpokenReader.number(whole, isGrouped: isGrouped || fraction != nil)) + point
    }
}

extension SpokenReader {
    mutating func readNumber() {
        if tokens[at].kind == .fraction { return readFraction() }
        let isJoined = gluedKind(1) == .sign
        if readDate() || isJoined && (readDotted() || readTime()) || readPhone() || isJoined && readChain() { return }
        let start = at
        let literal = literal(at: at)
        // "B2B" is a name, not two bits.
        if isGlued(0), kind(-1) == .letters {
            say(literal.words)
            at += literal.count
            return end(literal)
        }
        if readOrdinal(literal) || readDecade(literal) { return }
        if isJoined, readHeight(literal) || readSlashed(literal) { return }
        at += literal.count
        if isYear(literal, from: start) {
            say(NumberWords.year(literal.plain!))
            return end(literal)
        }
        if readMoney(behind: literal) { return }
        say(literal.words)
        let isMixed = readMixed()
        readSuffix(isOne: literal.isOne && !isMixed)
        end(literal)
    }

    mutating func end(_ number: SpokenLiteral? = nil) { quantity = (at, number) }

    // MARK: Literals

    /// The number that starts at token `i`, which is digits.
    func literal(at i: Int) -> SpokenLiteral {
        var literal = SpokenLiteral(whole: tokens[i].text, count: 1)
        var comma = false
        if let separator = separator(at: i + 1), tokens[i].text.utf8.count <= 3, !tokens[i].text.hasPrefix("0") {
            let groups = groups(at: i + 1, separator)
            literal.whole += groups.joined()
            literal.count += groups.count * (separator == " " ? 1 : 2)
            literal.isGrouped = !groups.isEmpty
            comma = literal.isGrouped && separator != ","
        }
        if let digits = digits(at: i + literal.count, behind: ".") {
            literal.fraction = digits
            literal.count += 2
        } else if let digits = digits(at: i + literal.count, behind: ","),
            comma || isMeasured(at: i + literal.count + 2) && digits.utf8.count != 3
        {
            literal.fraction = digits
            literal.count += 2
        }
        return literal
    }

    /// The digits at `i + 1`, if they and the `sign` at `i` follow without spaces.
    func digits(at i: Int, behind sign: String) -> String? {
        guard i + 1 < tokens.count, tokens[i].isSign(sign), tokens[i].isGlued, tokens[i + 1].kind == .digits,
            tokens[i + 1].isGlued
        else { return nil }
        return tokens[i + 1].text
    }

    private static let separators: Set<String> = [",", "'", "_", "."]

    /// The thousands separator at token `i`, if any.
    private func separator(at i: Int) -> String? {
        guard i < tokens.count else { return nil }
        if tokens[i].kind == .digits { return " " }
        return tokens[i].isGlued && Self.separators.contains(tokens[i].text) ? tokens[i].text : nil
    }

    /// Groups of thousands from token `i` on, at most five; none unless the last has three digits.
    private func groups(at first: Int, _ separator: String) -> [String] {
        var groups: [String] = [], i = first
        func next() -> String? {
            if separator != " " { return digits(at: i, behind: separator) }
            guard i < tokens.count, tokens[i].kind == .digits, tokens[i].gap == .narrow || tokens[i].gap == .space
            else {
                return nil
            }
            return tokens[i].text
        }
        while groups.count < 5, let group = next(), group.utf8.count == 3 || separator == "," && group.utf8.count == 2 {
            groups.append(group)
            i += separator == " " ? 1 : 2
        }
        guard groups.last?.utf8.count == 3, groups.dropLast().allSatisfy({ $0.utf8.count == groups[0].utf8.count })
        else { return [] }
        switch separator {
        // A single group after a full stop could be a decimal fraction.
        case ".": return groups.count > 1 || digits(at: i, behind: ",") != nil ? groups : []
        // Numbers in a row are not thousands, unless a no-break or thin space or a leading zero shows that they are one number.
        case " ":
            let isSure = tokens[first].gap == .narrow || groups.contains { $0.hasPrefix("0") }
            return isSure ? groups : []
        default: return groups
        }
    }

    // MARK: Forms

    private mutating func readFraction() {
        let parts = tokens[at].text.split(separator: "/").map { Int($0)! }
        at += 1
        say(NumberWords.fraction(parts[0], parts[1])!)
        readSuffix(isOne: true)
        end()
    }

    /// The fraction after a whole number.
    private mutating func readMixed() -> Bool {
        if let next = self[0], next.kind == .fraction {
            let parts = next.text.split(separator: "/").map { Int($0)! }
            say(["and"] + NumberWords.fraction(parts[0], parts[1])!)
            at += 1
            return true
        }
        guard let top = self[0], top.kind == .digits, top.gap == .space, isGlued(1, "/"),
            let bottom = glued(2), bottom.kind == .digits, !isGlued(3, "/"),
            let fraction = Self.fraction(top.text, bottom.text)
        else { return false }
        say(["and"] + fraction)
        at += 3
        return true
    }

    private static func fraction(_ top: String, _ bottom: String) -> [String]? {
        guard let top = Int(top), let bottom = Int(bottom) else { return nil }
        return NumberWords.fraction(top, bottom)
    }

    /// "1/2", "10/2", "24/7".
    private mutating func readSlashed(_ literal: SpokenLiteral) -> Bool {
        guard literal.count == 1, isGlued(1, "/"), !isGlued(0) || !isSign(-1, "/"), let bottom = glued(2),
            bottom.kind == .digits,
            !isGlued(3, "/")
        else { return false }
        let top = literal.whole, isPair = top == "24" && bottom.text == "7" || top == "50" && bottom.text == "50"
        if let words = Self.fraction(top, bottom.text) {
            say(words)
        } else {
            let isProper = literal.value < (Double(bottom.text) ?? 0)
            let between = isPair ? [] : isProper ? ["over"] : ["divided", "by"]
            say(Self.number(top) + between + Self.number(bottom.text))
        }
        at += 3
        readSuffix(isOne: true)
        end(literal)
        return true
    }

    /// Whether an ordinal ending such as "th" is attached at token `i`.
    func isOrdinal(at i: Int) -> Bool {
        i < tokens.count && tokens[i].isGlued && tokens[i].kind == .letters && Self.endings.contains(tokens[i].small)
    }

    private static let endings: Set<String> = ["st", "nd", "rd", "th"]

    /// "22nd"
    private mutating func readOrdinal(_ literal: SpokenLiteral) -> Bool {
        guard isOrdinal(at: at + literal.count), literal.fraction == nil,
            literal.whole.utf8.count <= NumberWords.digitsMax, let value = Int(literal.whole)
        else { return false }
        say(NumberWords.ordinal(value))
        at += literal.count + 1
        return true
    }

    /// "1990s", "the 90s", "'90s"
    private mutating func readDecade(_ literal: SpokenLiteral) -> Bool {
        let elided = isGlued(1, "'") ? 1 : 0
        guard literal.count == 1, gluedKind(1 + elided) == .letters, let suffix = glued(1 + elided), suffix.text == "s",
            let value = literal.plain,
            value % 10 == 0
        else { return false }
        let isYears = literal.whole.utf8.count == 4 && value >= 1000
        let isMeant = elided == 1 || isSign(-1, "'") || SpokenNames.beforeDecades.contains(wordBefore)
        guard isYears || literal.whole.utf8.count == 2 && value >= 20 && isMeant else { return false }
        say(NumberWords.plural(isYears ? NumberWords.year(value) : NumberWords.cardinal(value)))
        at += 2 + elided
        return true
    }

    /// 5'11"
    private mutating func readHeight(_ literal: SpokenLiteral) -> Bool {
        guard literal.count == 1, isGlued(1, "'"), let inches = glued(2), inches.kind == .digits,
            let value = Int(inches.text), value < 12, isGlued(3, "\"") || isGlued(3, "'")
        else { return false }
        say(literal.words + [literal.isOne ? "foot" : "feet"])
        say(NumberWords.cardinal(value) + [value == 1 ? "inch" : "inches"])
        at += 4
        return true
    }
}

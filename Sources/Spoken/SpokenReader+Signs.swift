// Reads signs: those between numbers have a meaning, most others are silent.

extension SpokenReader {
    mutating func readSign() {
        let sign = tokens[at].text
        if sign.utf8.count > 1 || sign == "$", let currency = SpokenUnits.currencies[sign] {
            return readCurrency(currency)
        }
        switch sign {
        case "+", "(": if !readPhone() { pass(sign == "+" ? ["plus"] : []) }
        case "-", "–", "−", "—": readDash(sign)
        case "*", "×": readTimes(isSure: sign == "×")
        // In "24/7/365", the slashes are silent.
        case "/": pass(isBetweenNumbers && !(isGlued(0) && isGlued(1) && self[-1]!.isNumber) ? ["divided", "by"] : [])
        case ")":
            // A counted thing may stand in parentheses.
            if isBehindQuantity { quantity.end += 1 }
            pass([])
        case ":": pass(isBetweenNumbers && isGlued(0) && isGlued(1) ? ["to"] : [])
        case "=": readEqual()
        case "<", ">": readComparison(sign)
        case "^": readPower()
        case "~": pass(["about"], where: glued(1)?.isNumber == true)
        case "≈": pass(isBehindQuantity || kind(-1) == .letters || kind(-1) == .name ? ["is", "about"] : ["about"])
        case "#": readHash()
        case "@": pass(["at"])
        case "%": pass(["percent"])
        case "&": pass(["and"])
        case "°": readDegrees()
        case "µ": pass(["micro"])
        case "Ω": pass(["omega"])
        case ".": readPoint()
        default: pass([])
        }
    }

    /// Says `words` for the next token and moves past it.
    private mutating func pass(_ words: [String], where isMeant: Bool = true) {
        if isMeant { say(words) }
        at += 1
    }

    private var isBetweenNumbers: Bool { isBehindQuantity && isNumber(1) }

    private static let beforeNumbers: Set<String> = ["-", "−", ".", "(", "√"]

    /// Whether a number starts `offset` tokens ahead.
    private func isNumber(_ offset: Int) -> Bool {
        guard let token = self[offset], token.gap != .line else { return false }
        if token.isNumber { return true }
        return token.kind == .sign && self[offset + 1]?.isNumber == true && isGlued(offset + 1)
            && (SpokenUnits.currencies[token.text] != nil || Self.beforeNumbers.contains(token.text))
    }

    private mutating func readCurrency(_ currency: SpokenCurrency) {
        if !readMoney(currency, count: 1) { pass(currency.unit.one) }
    }

    // MARK: Dashes

    /// A minus sign, a subtraction or a range.
    private mutating func readDash(_ sign: String) {
        guard isBetweenNumbers else {
            let isOfNumber = (sign == "-" || sign == "−") && isGlued(1) && isNumber(1)
            let isAfterLetters = isGlued(0) && (kind(-1) == .letters || kind(-1) == .digits)
            let isPair =
                !isGlued(0) && self[1]?.isGlued == false && self[1]?.isNumber == true && self[-1]?.text.utf8.count == 1
                && kind(-1) == .letters && sign != "—"
            return pass(isOfNumber && !isAfterLetters || isPair || sign == "−" ? ["minus"] : [])
        }
        let left = self[0]!.isGlued, right = self[1]!.isGlued
        switch sign {
        case "−": pass(["minus"])
        case "–": pass(["to"])
        case "—": pass([])
        default: pass(left && right && !isSubtraction ? ["to"] : ["minus"])
        }
    }

    /// "7-2" is a subtraction, "2-7" a range, unless the words before say otherwise.
    private var isSubtraction: Bool {
        let before = quantityStart.flatMap { $0 > 0 ? tokens[$0 - 1] : nil }
        let word = before?.small ?? ""
        if SpokenNames.beforeSums.contains(word) { return true }
        if SpokenNames.beforeScores.contains(word) { return false }
        if isSign(-1, ")") { return true }
        // "9am-5pm" is a range.
        guard self[-1]!.isNumber, let next = self[1], next.kind == .digits else { return false }
        return (quantity.number?.value ?? 0) > literal(at: at + 1).value
    }

    /// The first token of the number that ends before the next token.
    private var quantityStart: Int? {
        var i = at - 1
        while i > 0, at - i < 8, tokens[i].isGlued { i -= 1 }
        return i >= 0 ? i : nil
    }

    // MARK: Others

    /// "3 x 4", "1920x1080". If `isSure`, the sign is said even without a number after it.
    mutating func readTimes(isSure: Bool) {
        guard isBetweenNumbers else { return pass(isSure ? ["times"] : []) }
        let second = self[1]!.kind == .digits ? literal(at: at + 1) : nil
        let next = second.flatMap { self[1 + $0.count] }
        let isSize = (quantity.number?.value ?? 0) >= 100 && (second?.value ?? 0) >= 100 && tokens[at].text != "*"
        let isMeasure = second.map { unit(at: at + 1 + $0.count) != nil } ?? false
        func isTimes(_ token: SpokenToken?) -> Bool {
            token?.isGlued == true && (token?.small == "x" || token?.text == "×")
        }
        pass(isSize || isMeasure || isTimes(next) || isTimes(self[-2]) ? ["by"] : ["times"])
    }

    private mutating func readComparison(_ sign: String) {
        let isEqual = isGlued(1, "=")
        let isAlone = self[0]?.isGlued == false && self[isEqual ? 2 : 1]?.isGlued == false && self[0]?.gap != .line
        guard isBehindQuantity && isNumber(isEqual ? 2 : 1) || isAlone || isNumber(1) && isGlued(1) && !isGlued(0)
        else { return pass([]) }
        guard !isEqual else {
            say(["is", "at", sign == "<" ? "most" : "least"])
            at += 2
            return
        }
        pass([sign == "<" ? "less" : "greater", "than"])
    }

    private mutating func readEqual() {
        let isArrow = isGlued(1, ">")
        if isGlued(0), isSign(-1, "!") { return pass(["does", "not", "equal"]) }
        pass(isArrow || isSign(-1, "=") && isGlued(0) ? [] : ["equals"])
    }

    /// "x^2"
    private mutating func readPower() {
        guard isGlued(0), gluedKind(1) == .digits || isGlued(1, "-") else { return pass([]) }
        guard let digits = glued(1), digits.text == "2" || digits.text == "3" else {
            return pass(["to", "the", "power", "of"])
        }
        say(Self.power(digits.text))
        at += 2
    }

    private mutating func readHash() {
        let isNote = isGlued(0) && kind(-1) == .letters && self[-1]?.text.utf8.count == 1
        if isNote { return pass(["sharp"]) }
        pass(gluedKind(1) == .digits ? ["number"] : gluedKind(1) == .letters ? ["hashtag"] : [])
    }

    private mutating func readDegrees() {
        let (unit, count) = unit(at: at) ?? (SpokenUnit("degree"), 1)
        say(unit.many)
        at += count
    }

    /// ".5"
    private mutating func readPoint() {
        guard !isGlued(0) || kind(-1) == .sign, let digits = glued(1), digits.kind == .digits,
            !isSign(-1, ".")
        else { return pass([]) }
        say(["point"] + NumberWords.digits(digits.text))
        at += 2
        readSuffix(isOne: false)
        end()
    }
}

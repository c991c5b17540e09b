// Reads what follows a number: powers, scales, percent, units and rates.

extension SpokenReader {
    mutating func readSuffix(isOne: Bool) {
        if gluedKind(0) == .power {
            say(Self.power(tokens[at].text))
            at += 1
        }
        readExponent()
        var isOne = isOne
        if gluedKind(0) == .letters, let word = Self.scales[tokens[at].text] {
            say(word)
            at += 1
            isOne = false
        }
        if let (unit, count) = unit(at: at) {
            say(isOne ? unit.one : unit.many)
            at += count
            readPer()
        } else if kind(0) == .sign, let currency = trailingCurrency(at: at) {
            say(isOne ? currency.unit.one : currency.unit.many)
            at += 1
            readPer()
        } else if isSign(0, "%"), self[0]?.gap != .line {
            say("percent")
            at += 1
        } else if !readHalfOfDay() {
            readPer()
        }
    }

    private static let scales = ["k": "thousand", "M": "million", "bn": "billion"]

    /// "6.02e23"
    private mutating func readExponent() {
        guard gluedKind(0) == .letters, tokens[at].small == "e", let next = glued(1) else { return }
        let isSigned = next.isSign("-") || next.isSign("+")
        guard let digits = isSigned ? glued(2) : next, digits.kind == .digits, digits.text.utf8.count < 4 else {
            return
        }
        say(["times", "ten", "to", "the", "power", "of"] + (next.isSign("-") ? ["minus"] : []))
        say(NumberWords.cardinal(Int(digits.text)!))
        at += isSigned ? 3 : 2
    }

    /// "km/h", "$5/month"
    private mutating func readPer() {
        guard isGlued(0, "/"), let next = glued(1), next.kind == .letters else { return }
        at += 1
        say("per")
        if let (unit, count) = unit(at: at) {
            say(unit.one)
            at += count
        } else {
            say(next.small)
            at += 1
        }
    }

    /// Whether a unit, a percent sign or a currency is at `i`.
    func isMeasured(at i: Int) -> Bool {
        guard i < tokens.count, tokens[i].gap != .line else { return false }
        return tokens[i].isSign("%") || unit(at: i) != nil || trailingCurrency(at: i) != nil
    }

    /// A currency sign that does not belong to the number after it.
    func trailingCurrency(at i: Int) -> SpokenCurrency? {
        guard i < tokens.count,
            tokens[i].kind == .sign && (tokens[i].text.utf8.count > 1 || tokens[i].text == "$")
                || tokens[i].letters == .upper, tokens[i].gap != .line,
            let currency = SpokenUnits.currencies[tokens[i].text]
        else { return nil }
        let isNext = i + 1 < tokens.count && tokens[i + 1].isGlued && tokens[i + 1].kind == .digits
        return isNext && !tokens[i].isGlued ? nil : currency
    }

    /// The unit that starts at token `i`, and how many tokens it takes.
    func unit(at i: Int) -> (SpokenUnit, count: Int)? {
        guard i < tokens.count, tokens[i].gap != .line else { return nil }
        guard tokens[i].kind == .letters || tokens[i].kind == .sign else { return nil }
        let token = tokens[i]
        func next(_ offset: Int) -> SpokenToken? {
            i + offset < tokens.count && tokens[i + offset].isGlued ? tokens[i + offset] : nil
        }
        if token.isSign("°") {
            let letter = next(1).flatMap { SpokenUnits.degrees[$0.text] }
            return (letter ?? SpokenUnits.degrees[""]!, letter == nil ? 1 : 2)
        }
        if token.isSign("Ω") { return (SpokenUnit("ohm"), 1) }
        if token.isSign("µ"), let unit = next(1).flatMap({ SpokenUnits.units["µ" + $0.text] }) { return (unit, 2) }
        guard token.kind == .letters, !token.isElided else { return nil }
        if token.text == "sq", i + 1 < tokens.count, let unit = SpokenUnits.units[tokens[i + 1].text] {
            return (Self.raised(unit, "square"), 2)
        }
        guard let unit = SpokenUnits.units[token.text], token.isGlued || !SpokenUnits.gluedOnly.contains(token.text),
            // In "5 m's", the letter is not a unit.
            next(1)?.isSign("'") != true
        else { return nil }
        guard let power = next(1), power.kind == .power || power.kind == .digits else { return (unit, 1) }
        guard next(2)?.kind != .letters, token.text.hasSuffix("m") || token.text == "ft" || token.text == "in",
            let name = ["2": "square", "3": "cubic"][power.text]
        else { return power.kind == .power ? (unit, 1) : nil }
        return (Self.raised(unit, name), 2)
    }

    private static func raised(_ unit: SpokenUnit, _ name: String) -> SpokenUnit {
        var raised = unit
        raised.one.insert(name, at: 0)
        raised.many.insert(name, at: 0)
        return raised
    }
}

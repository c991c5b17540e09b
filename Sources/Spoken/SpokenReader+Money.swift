// Reads amounts of money: "$5.99", "-£3", "5 €", "US$1.5bn", "$20-30".

extension SpokenReader {
    /// The currency comes first and takes `count` tokens.
    mutating func readMoney(_ currency: SpokenCurrency, count: Int) -> Bool {
        let isNegative = isGlued(count, "-") || isGlued(count, "−")
        let first = count + (isNegative ? 1 : 0)
        let isPoint = isGlued(first, ".") && gluedKind(first + 1) == .digits
        guard isPoint || kind(first) == .digits, self[first]?.gap != .line else { return false }
        if isNegative { say("minus") }
        at += first
        if isPoint {
            let literal = SpokenLiteral(whole: "0", fraction: tokens[at + 1].text, count: 2)
            at += 2
            sayMoney(literal, currency)
            return true
        }
        var literal = literal(at: at)
        at += literal.count
        if literal.fraction == nil, let decimals = digits(at: at, behind: ","), decimals.utf8.count < 3 {
            literal.fraction = decimals
            at += 2
        }
        if let dash = glued(0), dash.isSign("-") || dash.isSign("–"), gluedKind(1) == .digits {
            say(literal.words + ["to"])
            at += 1
            let second = self.literal(at: at)
            at += second.count
            sayMoney(second, currency)
        } else {
            sayMoney(literal, currency)
        }
        return true
    }

    /// The currency follows the number.
    mutating func readMoney(behind literal: SpokenLiteral) -> Bool {
        guard let currency = trailingCurrency(at: at) else { return false }
        at += 1
        sayMoney(literal, currency, isScaled: false)
        return true
    }

    private mutating func sayMoney(_ literal: SpokenLiteral, _ currency: SpokenCurrency, isScaled: Bool = true) {
        let scale = isScaled ? self.scale(literal) : nil
        if let scale {
            say(literal.words + [scale] + currency.unit.many)
            at += 1
        } else if let part = currency.part, let fraction = literal.fraction, fraction.utf8.count == 2 {
            let parts = Int(fraction)!, isWhole = literal.value >= 1
            if isWhole || parts == 0 {
                say(
                    Self.number(literal.whole, isGrouped: true)
                        + (literal.whole == "1" ? currency.unit.one : currency.unit.many))
            }
            if parts > 0 {
                say((isWhole ? ["and"] : []) + NumberWords.cardinal(parts) + (parts == 1 ? part.one : part.many))
            }
        } else {
            say(literal.words + (literal.isOne ? currency.unit.one : currency.unit.many))
        }
        if let slash = glued(0), slash.isSign("/") { readSuffix(isOne: false) }
        end(literal)
    }

    /// The scale after an amount: "bn" in "$5bn", "million" in "$5 million".
    private func scale(_ literal: SpokenLiteral) -> String? {
        guard let token = self[0], token.kind == .letters, let word = SpokenUnits.scales[token.text] else { return nil }
        return token.isGlued || token.text.utf8.count > 1 ? word : nil
    }
}

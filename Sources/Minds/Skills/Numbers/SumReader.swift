// Reads a sum as it is spoken, and works it out on the way.

/// Recursive descent: multiplication before addition, powers before both; "then" takes everything before it as one number.
///
///     chain   = sum ("then" operation term)*
///     sum     = term (("plus" | "minus") term)*
///     term    = factor (("times" | "divided by") factor)*
///     factor  = "minus" factor | "square root of" factor | part "of" factor | percent "of" factor | primary power*
///     primary = "(" sum ")" | number | "that" | homophone
struct SumReader {
    static let operandsMax = 20

    private let words: [String]
    private let last: Rational?
    private var position = 0
    private var depth = 0

    /// `last` is what "that" means.
    init(_ words: [String], last: Rational?) {
        self.words = words
        self.last = last
    }

    /// Nil where the words, from the first to the last, are no sum of two numbers or more.
    static func read(_ words: [String], last: Rational?) throws(SumTrouble) -> Reckoned? {
        var reader = SumReader(words, last: last)
        guard let result = try reader.chain(), reader.position == words.count,
            (2...operandsMax).contains(result.operands)
        else {
            return nil
        }
        return result
    }

    /// "times two": goes on with `last`.
    static func goOn(_ words: [String], from last: Rational) throws(SumTrouble) -> Reckoned? {
        guard Operation.leading(words[...]) != nil else { return nil }
        return try read(["that"] + words, last: last)
    }

    private mutating func take(_ text: String) -> Bool {
        let expected = text.split(separator: " ")
        guard words.count - position >= expected.count, zip(expected, words[position...]).allSatisfy({ $0 == $1 })
        else { return false }
        position += expected.count
        return true
    }

    private mutating func chain() throws(SumTrouble) -> Reckoned? {
        guard var result = try sum() else { return nil }
        while take("and then") || take("then") || take("all") {
            guard let (operation, count) = Operation.leading(words[position...]) else { return nil }
            position += count
            guard let next = try term() else { return nil }
            result = try result.combined(operation, with: next)
        }
        return result
    }

    private mutating func sum() throws(SumTrouble) -> Reckoned? {
        guard var result = try term() else { return nil }
        while let (operation, count) = Operation.leading(words[position...]), !operation.bindsTightly,
            words.dropFirst(position + 1).first != "then"
        {
            position += count
            guard let next = try term() else { return nil }
            result = try result.combined(operation, with: next)
        }
        return result
    }

    private mutating func term() throws(SumTrouble) -> Reckoned? {
        guard var result = try factor() else { return nil }
        while let (operation, count) = Operation.leading(words[position...]), operation.bindsTightly {
            position += count
            guard let next = try factor() else { return nil }
            result = try result.combined(operation, with: next)
        }
        return result
    }

    private mutating func factor() throws(SumTrouble) -> Reckoned? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 12 else { return nil }
        if take("the square root of") || take("square root of") || take("root of") || take("√") { return try root() }
        if take("double") || take("twice") { return try multiple(2, "twice") }
        if take("triple") { return try multiple(3, "three times") }
        if take("have of") || take("halve of") { return try part(Reckoned(Rational(1, over: 2), "half")) }
        guard let first = try primary() else { return nil }
        if take("percent") || take("per cent") || take("%") { return try percent(first) }
        if words.dropFirst(position).first == "/", let share = try typedFraction(over: first) { return share }
        if first.value < .one, first.value > .zero, take("of") { return try part(first) }
        return try powers(of: first)
    }

    private mutating func root() throws(SumTrouble) -> Reckoned? {
        guard let inner = try factor() else { return nil }
        let (value, isExact) = try inner.value.squareRoot()
        var result = Reckoned(value, "the square root of \(inner.spoken)")
        result.isExact = isExact && inner.isExact
        result.operands = inner.operands + 1
        return result
    }

    private mutating func multiple(_ times: Int, _ word: String) throws(SumTrouble) -> Reckoned? {
        guard let inner = try factor() else { return nil }
        var result = Reckoned(try inner.value.times(Rational(times)), "\(word) \(inner.spoken)")
        result.operands = inner.operands + 1
        return result
    }

    private mutating func part(_ share: Reckoned) throws(SumTrouble) -> Reckoned? {
        guard let whole = try factor() else { return nil }
        var result = Reckoned(try share.value.times(whole.value), "\(share.spoken) of \(whole.spoken)")
        result.operands = whole.operands + 1
        return result
    }

    private mutating func percent(_ share: Reckoned) throws(SumTrouble) -> Reckoned? {
        let isDiscount = take("off of") || take("off")
        guard isDiscount || take("of") || take("tip on"), let whole = try factor() else { return nil }
        var rate = try share.value.over(Rational(100))
        if isDiscount { rate = try Rational.one.minus(rate) }
        var result = Reckoned(
            try rate.times(whole.value), "\(share.spoken) percent \(isDiscount ? "off" : "of") \(whole.spoken)")
        result.operands = whole.operands + 1
        return result
    }

    private mutating func powers(of base: Reckoned) throws(SumTrouble) -> Reckoned? {
        var result = base
        while true {
            let exponent: Int
            if take("factorial") || take("!") {
                guard let next = try Self.factorial(of: result) else { return nil }
                result = next
                continue
            }
            if take("squared") {
                exponent = 2
            } else if take("cubed") {
                exponent = 3
            } else if let power = ordinalPower() {
                exponent = power
            } else if take("to the power of") || take("^") || take("* *") {
                guard let power = try primary(), let whole = power.value.integer else { return nil }
                exponent = whole
            } else {
                return result
            }
            let name =
                exponent == 2 ? "squared" : exponent == 3 ? "cubed" : "to the power of \(SpokenNumber.spoken(exponent))"
            var next = Reckoned(try result.value.power(exponent), "\(result.spoken) \(name)")
            next.operands = result.operands + 1
            result = next
        }
    }

    /// "3/4 of 18"; nil, and nothing read, where it is another quotient.
    private mutating func typedFraction(over top: Reckoned) throws(SumTrouble) -> Reckoned? {
        let mark = position
        position += 1
        if let bottom = try primary(), take("of") { return try part(top.combined(.over, with: bottom)) }
        position = mark
        return nil
    }

    /// "to the twelfth power".
    private mutating func ordinalPower() -> Int? {
        let mark = position
        guard take("to the"), position < words.count else { return nil }
        let end = words[position...].firstIndex(of: "power") ?? words.count
        let ordinal = words[position..<end]
        guard NumberWords.integer(ordinal) == nil, let power = CalendarWords.dayOfMonth(ordinal) else {
            position = mark
            return nil
        }
        position = min(end + 1, words.count)
        return power
    }

    private static func factorial(of base: Reckoned) throws(SumTrouble) -> Reckoned? {
        guard let number = base.value.integer, number >= 0 else { return nil }
        var product = Rational.one
        for factor in 1...max(1, min(number, 64)) { product = try product.times(Rational(factor)) }
        var result = Reckoned(product, "\(base.spoken) factorial")
        result.operands = base.operands + 1
        return result
    }

    private mutating func primary() throws(SumTrouble) -> Reckoned? {
        if take("(") {
            guard let inner = try chain(), take(")") else { return nil }
            return inner
        }
        guard position < words.count else { return nil }
        if Operand.isReference(words[position]) {
            position += 1
            return last.map { Reckoned($0) }
        }
        if let end = NumberWords.ends(words[position...]).first, let value = NumberWords.value(words[position..<end]) {
            let said = words[position..<end]
            position = end
            let isFraction = value.integer == nil && NumberWords.isFraction(said)
            return Reckoned(value, isFraction ? said.joined(separator: " ") : SpokenNumber.spoken(value))
        }
        guard let heard = Homophones.number(words[position]) else { return nil }
        position += 1
        return Reckoned(Rational(heard))
    }
}

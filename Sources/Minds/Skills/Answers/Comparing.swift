// Numbers compared: "which is bigger", "is twelve even".

enum Comparing: Skill {
    static let name = "comparison"

    private static let more =
        "(bigger|larger|greater|higher|more|the bigger number|the larger number|the greater number)"
    private static let less = "(smaller|less|lower|fewer|the smaller number|the lower number)"

    static let rules: [Rule] = [
        choice("\(more)", { $0 > $1 }, "bigger"), choice("\(less)", { $0 < $1 }, "smaller"),
        question("\(more)", { $0 > $1 }), question("\(less)", { $0 < $1 }),
        Rule("is <a#> (<k>|<k> or <l>)( number)?|is <a#> an <k> number( or an <l> number)?") { found, _ in parity(found)
        },
        Rule("is <a#> (a)? prime (number)?") { found, _ in prime(found) },
        Rule("(is|can) <a#> (be)? (divisible|divided evenly) by <b#>") { found, _ in divisible(found) },
        Rule("what( number)? comes (right)? (after|<w>) <a#>|which number comes (after|<w>) <a#>") { found, _ in
            neighbor(found)
        },
    ]

    private static func choice(
        _ words: String, _ wins: @escaping @Sendable (Rational, Rational) -> Bool, _ adjective: String
    ) -> Rule {
        let phrase = """
            (which|what|which number|which one|what number|whats) (of these)? is \(words) <a#> or <b#>|(is)? <a#> or <b#> (which|what) is \(words)|
            is <a#> or <b#> \(words)
            """
        return Rule(Phrase(phrase)) { found, _ in
            guard let a = found.number("a"), let b = found.number("b") else { return nil }
            if a == b { return "They are the same." }
            let (first, second) = wins(a, b) ? (a, b) : (b, a)
            return "\(SpokenNumber.spoken(first).capitalizedFirst) is \(adjective) than \(SpokenNumber.spoken(second))."
        }
    }

    private static func question(_ words: String, _ holds: @escaping @Sendable (Rational, Rational) -> Bool) -> Rule {
        Rule(Phrase("is <a#> \(words) than <b#>")) { found, _ in
            guard let a = found.number("a"), let b = found.number("b") else { return nil }
            let relation = a == b ? "the same as" : a > b ? "bigger than" : "smaller than"
            return "\(holds(a, b) ? "Yes" : "No"), \(SpokenNumber.spoken(a)) is \(relation) \(SpokenNumber.spoken(b))."
        }
    }

    private static func parity(_ found: Found) -> String? {
        guard let number = found.integer("a") else { return nil }
        let asked = found.text("k"), isEven = number % 2 == 0, spoken = SpokenNumber.spoken(number)
        guard ["even", "odd"].contains(asked), found.has("l") == false || ["even", "odd"].contains(found.text("l"))
        else { return nil }
        let fact = "\(spoken) is \(isEven ? "even" : "odd")."
        if found.has("l") { return fact.capitalizedFirst }
        return ((asked == "even") == isEven ? "Yes, " : "No, ") + fact
    }

    private static func prime(_ found: Found) -> String? {
        guard let number = found.integer("a"), (0...1_000_000).contains(number) else { return nil }
        let spoken = SpokenNumber.spoken(number)
        if number < 2 { return "No, \(spoken) is not a prime number." }
        var divisor = 2
        while divisor * divisor <= number, number % divisor != 0 { divisor += 1 }
        if divisor * divisor > number { return "Yes, \(spoken) is a prime number." }
        return "No, \(spoken) is \(SpokenNumber.spoken(divisor)) times \(SpokenNumber.spoken(number / divisor))."
    }

    private static func divisible(_ found: Found) -> String? {
        guard let a = found.integer("a"), let b = found.integer("b"), b != 0 else { return nil }
        let isDivisible = a % b == 0
        return
            "\(isDivisible ? "Yes" : "No"), \(SpokenNumber.spoken(a)) is \(isDivisible ? "" : "not ")divisible by \(SpokenNumber.spoken(b))."
    }

    private static func neighbor(_ found: Found) -> String? {
        let side = found.has("w") ? found.text("w") : "after"
        guard let number = found.integer("a"), ["after", "before"].contains(side) else { return nil }
        let result = SpokenNumber.spoken(side == "after" ? number + 1 : number - 1)
        return "\(result.capitalizedFirst) comes \(side) \(SpokenNumber.spoken(number))."
    }
}

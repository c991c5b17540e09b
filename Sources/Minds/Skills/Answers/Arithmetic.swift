// Sums: "what is seven times eight", "add three to that", "half of fifty".

enum Arithmetic: Skill {
    static let name = "arithmetic"

    static let rules: [Rule] = [
        Rule(
            """
            ((what is|what are|what does|how much is|how much are|how much does|how much do|how many is|calculate|compute|work out|solve|and|
            what is the answer to|what is the result of|and what is|and how much is|so what is|what about|do the sum))?
            <sum+> (make|makes|equal|equals|come to|give|=)?
            """
        ) { found, occasion in reckon(found, &occasion) },
        two("(add|and add) <a~> (and|plus) <b~>|(what is)? the sum of <a~> (and|plus) <b~>", .plus),
        two("(and)? add <b~> to <a~>|at <b~> to <a~>|(and)? add <b~>|what is <b~> more than <a~>", .plus),
        two(
            "(and)? (subtract|take|deduct) <b~> (away)? from <a~>|(and)? (subtract|take away|take off|deduct) <b~>|what is <b~> less than <a~>",
            .minus),
        two("(what is)? the difference (between|of) <a~> (and|to|from) <b~>", .minus),
        two(
            "(and)? multiply <a~> (by|and|with|times) <b~>|(what is)? the product of <a~> (and|times) <b~>|(and)? multiply by <b~>",
            .times),
        two(
            "(and)? divide <a~> (by|through|buy) <b~>|(and)? divide by <b~>|(what is)? the quotient of <a~> and <b~>|how many times (does|can|will) <b~> go into <a~>",
            .over),
        Rule("(and)? (square|<d>) <a~>|(what is)? the (square|<d>) of <a~>") { found, occasion in
            multiple(found, &occasion)
        },
        Rule("(what is)? (the)? (sum|total) of <sum+>") { found, occasion in reckon(found, &occasion) },
        Rule("(and)? half (that|it)|(and)? halve <a~>|(and)? cut <a~> in half|what is half that") { found, occasion in
            guard let a = operand(found, "a", occasion), let half = try? Rational(1, over: 2) else { return nil }
            return say(&occasion) { () throws(SumTrouble) in
                Reckoned(try a.times(half), "half of \(SpokenNumber.spoken(a))")
            }
        },
        Rule("(what is)? the (average|mean) of <a#> and <b#>|(what is)? the (average|mean) of <c#> <a#> and <b#>") {
            found, occasion in
            average(found, &occasion)
        },
        Rule(
            "(what is)? the remainder (of|when)? <a~> (is)? divided by <b~>|(what is)? <a~> (mod|modulo) <b~>|(what is)? the remainder when <a~> is divided by <b~>"
        ) { found, occasion in remainder(found, &occasion) },
        Rule(
            "what (percent|percentage) of <b#> is <a#>|<a#> is what (percent|percentage) of <b#>|what is <a#> as a percentage of <b#>"
        ) { found, occasion in
            guard let a = found.number("a"), let b = found.number("b") else { return nil }
            return say(&occasion) { () throws(SumTrouble) in
                let share = try a.over(b).times(Rational(100))
                return Reckoned(share, "\(SpokenNumber.spoken(a)) of \(SpokenNumber.spoken(b)), in percent,")
            }
        },
        Rule(
            "if (i|you|he|she|we|they|<who>) (have|had|has) <a#> <thing> and (i|you|he|she|we|they)? <deed> (away|up)? <b#> (of them|more|<other>)? \(WordProblem.question)"
        ) {
            found, occasion in WordProblem.answer(found, &occasion)
        },
    ]

    private static func lastNumber(_ occasion: Occasion) -> Rational? {
        if case .number(let last) = occasion.memory.topic { last } else { nil }
    }

    private static func operand(_ found: Found, _ name: String, _ occasion: Occasion) -> Rational? {
        found.has(name) ? Operand.value(found.words(name), occasion.memory.topic) : lastNumber(occasion)
    }

    private static func say(
        _ occasion: inout Occasion, _ reckon: () throws(SumTrouble) -> Reckoned?
    ) -> String? {
        do throws(SumTrouble) {
            guard let result = try reckon() else { return nil }
            occasion.memory.topic = .number(result.value)
            return result.sentence
        } catch {
            occasion.memory.topic = .none
            return error.spoken
        }
    }

    /// A rule of two numbers; one that is not said is the last result.
    private static func two(_ phrase: String, _ operation: Operation) -> Rule {
        Rule(Phrase(phrase)) { found, occasion in
            guard let a = operand(found, "a", occasion), let b = operand(found, "b", occasion) else { return nil }
            return say(&occasion) { () throws(SumTrouble) in
                try Reckoned(a).combined(operation, with: Reckoned(b))
            }
        }
    }

    private static let currency: Set<String> = ["$", "dollar", "dollars", "euro", "euros", "€"]

    private static func reckon(_ found: Found, _ occasion: inout Occasion) -> String? {
        let words = found.words("sum").filter { !currency.contains($0) }, last = lastNumber(occasion)
        let isBare = words.count == found.heard.words.count
        // "24/7" and "9/11" are no sums, "555-1234" is a telephone number.
        if ["24 / 7", "9 / 11", "50 / 50"].contains(found.text("sum")) { return nil }
        if isBare, words.contains("-") || words.contains("/"), !words.contains("(") { return nil }
        return say(&occasion) { () throws(SumTrouble) in
            if let last, let result = try SumReader.goOn(words, from: last) { return result }
            return try SumReader.read(words, last: last)
        }
    }

    private static func multiple(_ found: Found, _ occasion: inout Occasion) -> String? {
        guard let a = operand(found, "a", occasion) else { return nil }
        let spoken = SpokenNumber.spoken(a)
        return say(&occasion) { () throws(SumTrouble) in
            switch found.has("d") ? found.text("d") : "square" {
            case "square": Reckoned(try a.power(2), "\(spoken) squared")
            case "cube": Reckoned(try a.power(3), "\(spoken) cubed")
            case "double": Reckoned(try a.times(Rational(2)), "twice \(spoken)")
            case "triple": Reckoned(try a.times(Rational(3)), "three times \(spoken)")
            default: nil
            }
        }
    }

    private static func average(_ found: Found, _ occasion: inout Occasion) -> String? {
        let numbers = ["c", "a", "b"].compactMap { found.has($0) ? found.number($0) : nil }
        let names = numbers.map { SpokenNumber.spoken($0) }
        return say(&occasion) { () throws(SumTrouble) in
            var total = Rational.zero
            for number in numbers { total = try total.plus(number) }
            return Reckoned(try total.over(Rational(numbers.count)), "the average of \(Sentence.list(names))")
        }
    }

    private static func remainder(_ found: Found, _ occasion: inout Occasion) -> String? {
        guard let a = operand(found, "a", occasion)?.integer, let b = operand(found, "b", occasion)?.integer, a >= 0,
            b >= 0
        else {
            return nil
        }
        return say(&occasion) { () throws(SumTrouble) in
            if b == 0 { throw .divisionByZero }
            return Reckoned(
                Rational(a % b), "the remainder of \(SpokenNumber.spoken(a)) divided by \(SpokenNumber.spoken(b))")
        }
    }
}

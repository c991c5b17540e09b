// Coins, dice and random numbers.

import Basics

enum Chance: Skill {
    static let name = "chance"
    static let diceMax = 6
    /// What else a request for a coin may speak of.
    private static let sides: Set<String> = ["heads", "tails", "lands", "decide", "choice", "result", "win", "side"]

    static let rules: [Rule] = [
        Rule(
            """
            (flip|toss|throw|spin|filp) (me)? (a|the|another|that|one)? (fair|two sided|virtual|fair sided)? (coin|quarter|dime)( again| once| one time| for me)?|heads or tails|(flip|toss) it( again)?|(do|perform|begin|make|have)? (a|the|one|another)? (fair|virtual)? coin (flip|toss)( now)?|do heads or tails|
            (flip|toss|throw|filp) (me)? (a|the|that)? coin( for me)? (i|and|you|if|with|heads|tails|please) <tail+>
            """
        ) { found, occasion in
            guard !found.has("tail") || found.words("tail").contains(where: sides.contains) else { return nil }
            return occasion.random.below(2) == 0 ? "It is heads." : "It is tails."
        },
        Rule(
            "(roll|throw|toss|role)? (a|an|the|one|that)? <n#> sided (dice|die|one)( again| roll)?|roll (a|the)? (dice|die) with <n#> sides|roll (a|the)? d <n#>"
        ) { found, occasion in
            guard let sides = found.integer("n"), (2...1000).contains(sides) else { return nil }
            return "It is a \(SpokenNumber.spoken(occasion.random.below(sides) + 1))."
        },
        Rule("(roll|throw|toss) (a pair of|some|the pair of) dice") { _, occasion in
            let (a, b) = (occasion.random.below(6) + 1, occasion.random.below(6) + 1)
            return
                "\(NumberWords.ones[a].capitalizedFirst) and \(NumberWords.ones[b]), together \(NumberWords.ones[a + b])."
        },
        Rule(
            "(to)? (roll|throw|toss|shoot) (a|the|one|this|that|those)? (dice|die|d six|d 6)( again)?|roll again|(do|make) a (dice|die) roll|a dice roll|roll a fair die"
        ) { _, occasion in
            "It is a \(NumberWords.ones[occasion.random.below(6) + 1])."
        },
        Rule("(roll|throw) (the)? <n#> (dice|die|dies)") { found, occasion in
            guard let count = found.integer("n"), (1...diceMax).contains(count) else { return nil }
            let rolls = (0..<count).map { _ in occasion.random.below(6) + 1 }
            return
                "\(Sentence.list(rolls.map { NumberWords.ones[$0] }).capitalizedFirst), together \(SpokenNumber.spoken(rolls.reduce(0, +)))."
        },
        Rule(
            """
            (pick|choose|give me|tell me|say|think of|name|generate)? (me)? (a|any|some)? (random )?number (between|from) <a#> (and|to) <b#>|
            (pick|choose|give me|say|generate) (a|any) (random )?number( up to <b#>)?|random number|a random number
            """
        ) { found, occasion in
            let low = found.has("a") ? found.integer("a") : 1,
                high = found.has("b") ? found.integer("b") : found.has("a") ? nil : 100
            guard let low, let high, low <= high else { return nil }
            let number = low + occasion.random.below(high - low + 1)
            occasion.memory.topic = .number(Rational(number))
            return "My number is \(SpokenNumber.spoken(number))."
        },
        Rule(
            "(pick|choose|decide) (one)?( for me)? (between)? <a> (or|and) <b>|(pick|choose|decide) (a|the) <a> or (a|the) <b>"
        ) { found, occasion in
            guard !Names.isFunctionWord(found.text("a")), !Names.isFunctionWord(found.text("b")) else { return nil }
            return "I choose \(found.written(occasion.random.below(2) == 0 ? "a" : "b"))."
        },
    ]
}

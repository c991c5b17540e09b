// Coins, dice and random numbers.

import Basics

enum Chance: Skill {
    static let name = "chance"
    static let diceMax = 6

    static let rules: [Rule] = [
        Rule(
            "(flip|toss|throw) (a|the|another)? coin( again)?|heads or tails|(flip|toss) it again|do a coin (flip|toss)"
        ) { _, occasion in
            occasion.random.below(2) == 0 ? "It is heads." : "It is tails."
        },
        Rule("(roll|throw) (a|the|one)? (dice|die|d six|d 6)( again)?|roll again") { _, occasion in
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

// Counting aloud.

enum Counting: Skill {
    static let name = "counting"
    /// Nobody listens to more.
    static let numbersMax = 30

    static let rules: [Rule] = [
        Rule(
            """
            (let us)? count (up)? (from <a#>)? (up)? to <b#> (in|by) <s>|(let us)? count (in|by) <s> (from <a#>)? (up)? to <b#>|
            (let us)? count (up|forward|forwards|aloud|out loud)? (from <a#>)? (up)? (to|until|till) <b#>( loudly| slowly| aloud| out loud| again)?|
            (say|list|name) the numbers (from <a#>)? (to|up to) <b#>|count the numbers from <a#> to <b#>
            """
        ) { found, occasion in
            let from = found.has("a") ? found.integer("a") : nil
            guard let to = found.integer("b"), let step = found.has("s") ? step(found.text("s")) : 1 else { return nil }
            return count(from ?? (found.has("s") ? step : 1), to, step, &occasion)
        },
        Rule(
            """
            count (backwards|backward|down|back) (from <a#>)? (down)? (to <b#>)? (in|by) <s>|count (backwards|backward|down|back) from <a#> ((down)? to <b#>)?( slowly| again)?|
            count from <a#> (backwards|backward|down) ((down)? to <b#>)?|count (from <a#>)? to <b#> (backwards|backward)
            """
        ) { found, occasion in
            guard let from = found.has("a") ? found.integer("a") : found.integer("b") else { return nil }
            let to = found.has("a") && found.has("b") ? found.integer("b") : 1
            guard let to, let step = found.has("s") ? step(found.text("s")) : 1, to <= from || !found.has("b") else {
                return nil
            }
            return count(from, to, step, &occasion)
        },
        Rule(
            "(and)? (now)? (do (it|that))? (count)? (it|that)? (backwards|backward|back words|the other way around|in reverse|back)( please)?"
        ) { _, occasion in
            guard case .count(let numbers) = occasion.memory.topic else { return nil }
            return say(numbers.reversed(), &occasion)
        },
        Rule("(and)? (now)? (go on|keep counting|continue|continue counting|keep going|further|count on)") {
            _, occasion in
            guard case .count(let numbers) = occasion.memory.topic, numbers.count > 1, let last = numbers.last else {
                return nil
            }
            let step = last - numbers[numbers.count - 2]
            return say((1...min(numbers.count, 10)).map { last + $0 * step }, &occasion)
        },
    ]

    private static func step(_ word: String) -> Int? {
        if let number = NumberWords.integer([word]) { return (1...1000).contains(number) ? number : nil }
        let names = [
            "twos": 2, "threes": 3, "fours": 4, "fives": 5, "sixes": 6, "sevens": 7, "eights": 8, "nines": 9,
            "tens": 10, "twenties": 20, "hundreds": 100, "ones": 1,
        ]
        return names[word]
    }

    private static func count(_ from: Int, _ to: Int, _ step: Int, _ occasion: inout Occasion) -> String? {
        guard abs(to - from) / step < numbersMax else {
            return
                "That is too much to count aloud. I count up to \(SpokenNumber.spoken(numbersMax)) numbers at a time."
        }
        return say(Array(stride(from: from, through: to, by: from <= to ? step : -step)), &occasion)
    }

    private static func say(_ numbers: [Int], _ occasion: inout Occasion) -> String {
        occasion.memory.topic = .count(numbers)
        return numbers.map { SpokenNumber.spoken($0) }.joined(separator: ", ").capitalizedFirst + "."
    }
}

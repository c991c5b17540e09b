// The one kind of word problem that is safe: some things, some of them gone or added.

enum WordProblem {
    static let question = """
        (how many (<rest>)? (are|is|our) (there)? (left|<misheard>)?|how many (<rest>)? do (i|you|we|they) have (left|now|then|in total|altogether)?|
        how many (<rest>)? does (he|she|<who>) have (left|now|then)?|how many (<rest>)? remain)
        """
    private static let gone: Set<String> = [
        "eat", "ate", "lose", "lost", "give", "gave", "sell", "sold", "use", "used", "spend", "spent", "drop",
        "dropped", "throw", "eats",
        "loses", "gives", "sells", "break", "broke",
    ]
    private static let added: Set<String> = [
        "get", "got", "buy", "bought", "find", "found", "gets", "buys", "finds", "receive",
    ]

    static func answer(_ found: Found, _ occasion: inout Occasion) -> String? {
        guard let before = found.integer("a"), let change = found.integer("b"), before >= 0, change >= 0 else {
            return nil
        }
        let deed = found.text("deed"), isGone = gone.contains(deed)
        guard isGone || added.contains(deed), !isGone || change <= before else { return nil }
        let after = isGone ? before - change : before + change
        occasion.memory.topic = .number(Rational(after))
        let (a, b, c) = (SpokenNumber.spoken(before), SpokenNumber.spoken(change), SpokenNumber.spoken(after))
        return
            "\(a.capitalizedFirst) \(isGone ? "minus" : "plus") \(b) is \(c), so there \(after == 1 ? "is" : "are") \(c)\(isGone ? " left" : "")."
    }
}

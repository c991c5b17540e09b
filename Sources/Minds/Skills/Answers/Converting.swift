// Units: "how many kilometers is five miles", "twenty degrees celsius in fahrenheit".

enum Converting: Skill {
    static let name = "conversion"

    static let rules: [Rule] = [
        Rule(
            """
            (and)? how many <unit+> (are there in|are in|is in|is|are|in|make|make up|fit in|go into|there are in) <given+>|
            how many <unit+> (does|do) <given+> (have|make)|how many <unit+> (are|is) <given+>|
            (what is|how much is|how long is|how far is|convert|change|turn)? <given+> (in|to|into) <unit+>|<given+> (is|are) how many <unit+>|
            how many <unit+> (are|is) there (in|for) <given+>|what (would|are) <given+> (be)? in <unit+>|<given+> is equal to how many <unit+>|what amount of <unit+> (is|are) in <given+>|
            (how (do|can|would) (i|you|we)|how to)? (convert|change|turn) <given+> (in|to|into) <unit+>|(what is)? the conversion (from|of|for|between) <given+> (to|into|and) <unit+>
            """
        ) { found, _ in convert(found) },
        Rule(
            "how many (eggs|things|items|pieces|<thing>)? (are|is)? (there)? (in)? a dozen", says: "A dozen is twelve."),
        Rule("how many (years)? (are|is) (there)? (in)? a score", says: "A score is twenty."),
    ]

    private static func convert(_ found: Found) -> String? {
        guard let asked = Measure.named(found.text("unit")), let (value, said) = quantity(found.words("given")) else {
            return nil
        }
        // Ounces are a volume beside cups and pints.
        let source = said.kind == asked.kind ? said : said.fluid
        let target = source.kind == asked.kind ? asked : asked.fluid
        guard source.names != target.names, let result = try? source.convert(value, to: target) else { return nil }
        let isAbout = !SpokenNumber.isExact(result, places: 2)
        let isSingular = value == .one
        let places = abs(result.numerator) < result.denominator ? 4 : 2
        return
            "\(source.spoken(value, places: 3).capitalizedFirst) \(isSingular ? "is" : "are") \(isAbout ? "about " : "")\(target.spoken(result, places: places))."
    }

    /// "five miles", "a week", "half an hour".
    private static func quantity(_ words: [String]) -> (Rational, Measure)? {
        if let first = words.first, ["a", "an", "one"].contains(first),
            let unit = Measure.named(words.dropFirst().joined(separator: " "))
        {
            return (.one, unit)
        }
        if let unit = Measure.named(words.joined(separator: " ")) { return (.one, unit) }
        for length in 1...3 where words.count > length {
            let split = words.count - length
            guard let unit = Measure.named(words[split...].joined(separator: " ")) else { continue }
            if let number = NumberWords.value(words[..<split]) { return (number, unit) }
            if ["half a", "half an"].contains(words[..<split].joined(separator: " ")),
                let half = try? Rational(1, over: 2)
            {
                return (half, unit)
            }
        }
        return nil
    }
}

// Texts that repeat themselves: what greedy decoding falls into.

enum Repetition {
    /// The longest group of tokens that is looked for.
    private static let periodMax = 16
    /// Tokens that a repetition has at least, and times that its group stands there at least.
    private static let countMin = 8, timesMin = 4

    /// How many tokens at the end are mere repetitions of those before them: 0, or all but the first group.
    static func count(in tokens: [Int32]) -> Int {
        for period in 1...periodMax {
            var count = 0
            while count + period < tokens.count,
                tokens[tokens.count - 1 - count] == tokens[tokens.count - 1 - count - period]
            {
                count += 1
            }
            let all = count + period
            if all >= countMin, all >= timesMin * period { return all / period * period - period }
        }
        return 0
    }
}

// One number of a sum: said, meant by "that", or misheard.

enum Operand {
    /// Words that mean the last result.
    static func isReference(_ word: String) -> Bool { word == "that" || word == "it" }

    /// `topic` holds the last result.
    static func value(_ words: [String], _ topic: Topic) -> Rational? {
        if words.count == 1, isReference(words[0]) {
            guard case .number(let last) = topic else { return nil }
            return last
        }
        return NumberWords.value(words[...])
            ?? (words.count == 1 ? Homophones.number(words[0]).map { Rational($0) } : nil)
    }
}

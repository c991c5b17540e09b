// A sum with its result.

/// A value and how it came about.
struct Reckoned: Sendable, Hashable {
    var value: Rational
    /// "seven times eight".
    var spoken: String
    /// False where a root was rounded.
    var isExact = true
    /// Numbers that took part; one alone is no sum.
    var operands = 1
    /// A longer sum is not said again before its result.
    static let spokenWordsMax = 14

    init(_ value: Rational) {
        self.value = value
        spoken = SpokenNumber.spoken(value)
    }

    init(_ value: Rational, _ spoken: String) {
        self.value = value
        self.spoken = spoken
    }

    /// "Seven times eight is fifty-six."
    var sentence: String {
        let isAbout = !isExact || !SpokenNumber.isExact(value, places: 4)
        let isLong = spoken.split(separator: " ").count > Self.spokenWordsMax
        return
            "\(isLong ? "That" : spoken.capitalizedFirst) is \(isAbout ? "about " : "")\(SpokenNumber.spoken(value, places: 4))."
    }

    func combined(_ operation: Operation, with other: Reckoned) throws(SumTrouble) -> Reckoned {
        var result = Reckoned(
            try operation.apply(value, other.value), "\(spoken) \(operation.spoken) \(other.spoken)")
        result.isExact = isExact && other.isExact
        result.operands = operands + other.operands
        return result
    }
}

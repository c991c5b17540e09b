// Numbers in words, as the bundled models were trained to say them: "one hundred twenty six", without "and".

/// Numbers are never negative; the caller says the signs, whose meaning it knows.
enum NumberWords {
    static let units = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    private static let scales = [(1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million")]
    private static let ordinals = [
        "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
        "twelve": "twelfth",
    ]
    /// Digits of the longest number that is said as one. Longer ones are said digit by digit.
    static let digitsMax = 15

    /// 0 to 999 999 999 999 999.
    static func cardinal(_ number: Int) -> [String] {
        func rest(_ value: Int) -> [String] { value == 0 ? [] : cardinal(value) }
        for (scale, name) in scales where number >= scale {
            return cardinal(number / scale) + [name] + rest(number % scale)
        }
        switch number {
        case ..<20: return [units[number]]
        case ..<100: return [tens[number / 10 - 2]] + rest(number % 10)
        case ..<1000: return [units[number / 100], "hundred"] + rest(number % 100)
        default: return cardinal(number / 1000) + ["thousand"] + rest(number % 1000)
        }
    }

    /// "Twenty second": the last word of the cardinal changes.
    static func ordinal(_ number: Int) -> [String] {
        var words = cardinal(number)
        let last = words.removeLast()
        return words + [ordinals[last] ?? (last.hasSuffix("y") ? last.dropLast() + "ieth" : last + "th")]
    }

    /// Digit by digit.
    static func digits(_ text: some StringProtocol) -> [String] { text.utf8.map { units[Int($0) - 48] } }

    /// 1000 to 9999, in two halves: "nineteen o five", "twenty twenty six", "two thousand five".
    static func year(_ number: Int) -> [String] {
        let century = number / 100, rest = number % 100
        if number % 1000 < 10 { return cardinal(number) }
        if rest == 0 { return cardinal(century) + ["hundred"] }
        return cardinal(century) + (rest < 10 ? ["o"] : []) + cardinal(rest)
    }

    /// A number as a plural noun: "nineteen nineties", "two thousands".
    static func plural(_ words: [String]) -> [String] {
        guard let last = words.last else { return [] }
        let ending = last.hasSuffix("y") ? last.dropLast() + "ies" : last == "six" ? "sixes" : last + "s"
        return words.dropLast() + [ending]
    }

    /// "One half", "three quarters", "seven tenths". Nil if English has no common name for it.
    static func fraction(_ top: Int, _ bottom: Int) -> [String]? {
        guard top > 0, top < bottom, bottom <= 20 || [25, 32, 50, 64, 100, 1000].contains(bottom) else { return nil }
        switch (bottom, top) {
        case (2, _): return ["one", "half"]
        case (4, 1): return ["one", "quarter"]
        case (4, _): return cardinal(top) + ["quarters"]
        case (_, 1): return ["one"] + ordinal(bottom)
        default: return cardinal(top) + plural(ordinal(bottom))
        }
    }
}

// Numbers as they are spoken and typed.

/// Reads "one hundred and five", "nine point five", "two and a half", "three quarters", "minus four", "12", "9.5".
enum NumberWords {
    static let ones = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    static let tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    private static let scales = [
        "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 1_000_000_000_000,
    ]
    private static let parts = [
        "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
        "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8,
        "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10, "hundredth": 100, "hundredths": 100,
    ]
    private static let small: [String: Int] = {
        var result = Dictionary(uniqueKeysWithValues: zip(ones, 0...)).merging(
            zip(tens, 0...).dropFirst(2).map { ($0, 10 * $1) }
        ) { a, _ in a }
        result["fourty"] = 40
        return result
    }()
    private static let vocabulary = Set(small.keys).union(scales.keys).union(parts.keys)
        .union(["a", "an", "and", "point", "minus", "negative", "hundred", "dozen", "oh", "-"])
    /// Longer numbers are none.
    private static let wordsMax = 16

    /// The ends of all numbers that begin with the first word, the longest first.
    static func ends(_ words: ArraySlice<String>) -> [Int] {
        let run = words.prefix(wordsMax).prefix { vocabulary.contains($0) || isDigits($0) }
        guard !run.isEmpty else { return [] }
        return ((run.startIndex + 1)...run.endIndex).reversed().filter { value(run[..<$0]) != nil }
    }

    /// The number that all the words together are.
    static func value(_ words: ArraySlice<String>) -> Rational? {
        guard let first = words.first, words.count <= wordsMax else { return nil }
        if ["minus", "negative", "-"].contains(first) { return positive(words.dropFirst()).map { -$0 } }
        return positive(words)
    }

    private static func isDigits(_ word: String) -> Bool { word.first?.isASCII == true && word.first?.isNumber == true }

    private static func positive(_ words: ArraySlice<String>) -> Rational? {
        if let integer = integer(words) { return Rational(integer) }
        if words.count == 1, let decimal = words.first.flatMap(typed) { return decimal }
        return spokenDecimal(words) ?? mixed(words) ?? fraction(words)
    }

    private static func typed(_ word: String) -> Rational? {
        let halves = word.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count <= 2, word.count <= 16, halves.allSatisfy({ Int($0) != nil }), isDigits(word) else {
            return nil
        }
        let places = halves.count == 2 ? halves[1].count : 0
        guard let digits = Int(halves.joined()) else { return nil }
        return try? Rational(digits, over: (0..<places).reduce(1) { product, _ in product * 10 })
    }

    /// "nine point five", "point two five", "one point five million".
    private static func spokenDecimal(_ words: ArraySlice<String>) -> Rational? {
        if let last = words.last, let scale = scales[last], words.count > 1 {
            let rest = words.dropLast()
            return (spokenDecimal(rest) ?? (rest.count == 1 ? typed(rest.first!) : nil)).flatMap {
                try? $0.times(Rational(scale))
            }
        }
        guard let point = words.firstIndex(of: "point"), point + 1 < words.endIndex else { return nil }
        guard let whole = point == words.startIndex ? 0 : integer(words[..<point]) else { return nil }
        var digits = ""
        for word in words[(point + 1)...] {
            guard let digit = word == "oh" ? 0 : small[word] ?? Int(word), (0...9).contains(digit) else {
                guard digits.isEmpty, let pair = integer(words[(point + 1)...]), (10...99).contains(pair) else {
                    return nil
                }
                digits = String(pair)
                break
            }
            digits += String(digit)
        }
        return typed("\(whole).\(digits)")
    }

    /// "two and a half".
    private static func mixed(_ words: ArraySlice<String>) -> Rational? {
        guard let joint = words.lastIndex(of: "and"), let whole = integer(words[..<joint]),
            let part = fraction(words[(joint + 1)...]), part < .one
        else { return nil }
        return try? Rational(whole).plus(part)
    }

    /// "half", "a third", "three quarters".
    private static func fraction(_ words: ArraySlice<String>) -> Rational? {
        guard let last = words.last, let part = parts[last] else { return nil }
        let count = words.dropLast()
        if count.isEmpty { return last == "half" ? try? Rational(1, over: 2) : nil }
        guard let number = integer(count) ?? (["a", "an"].contains(count.first) && count.count == 1 ? 1 : nil),
            (number == 1) != last.hasSuffix("s"), number > 0
        else { return nil }
        return try? Rational(number, over: part)
    }

    /// Whether a fraction was named ("two thirds") rather than written with a point.
    static func isFraction(_ words: ArraySlice<String>) -> Bool { words.last.map { parts[$0] != nil } == true }

    // MARK: Whole numbers

    static func integer(_ words: ArraySlice<String>) -> Int? {
        var rest = words, total = 0, lastScale = Int.max
        guard !rest.isEmpty else { return nil }
        while let first = rest.first {
            if first == "and", total > 0, rest.count > 1 { rest = rest.dropFirst() }
            guard let (group, after) = hundreds(rest) else { return nil }
            rest = after
            guard let scale = rest.first.flatMap({ scales[$0] }) else {
                return rest.isEmpty && (total == 0 || group < 1000) && (group > 0 || total == 0) ? total + group : nil
            }
            guard scale < lastScale, group > 0, group < 1000 else { return nil }
            (lastScale, rest) = (scale, rest.dropFirst())
            total += group * scale
        }
        return total
    }

    /// A number without "thousand" and above, and the words after it.
    private static func hundreds(_ words: ArraySlice<String>) -> (Int, ArraySlice<String>)? {
        guard let first = words.first else { return nil }
        let rest = words.dropFirst()
        if ["a", "an"].contains(first) {
            if rest.first == "dozen" { return (12, rest.dropFirst()) }
            if rest.first == "hundred" { return hundredsAndMore(1, rest.dropFirst()) }
            return rest.first.map { scales[$0] != nil } == true ? (1, rest) : nil
        }
        if isDigits(first) {
            guard let number = Int(first), first.count <= 15 else { return nil }
            return rest.first == "hundred" && number < 100 ? hundredsAndMore(number, rest.dropFirst()) : (number, rest)
        }
        guard let (number, after) = belowHundred(words) else { return nil }
        if after.first == "hundred", number > 0 { return hundredsAndMore(number, after.dropFirst()) }
        return after.first == "dozen" && number > 0 ? (12 * number, after.dropFirst()) : (number, after)
    }

    /// What follows "hundred": nothing, or a number below a hundred, perhaps after "and".
    private static func hundredsAndMore(_ hundreds: Int, _ words: ArraySlice<String>) -> (Int, ArraySlice<String>) {
        let rest = words.first == "and" ? words.dropFirst() : words
        guard let (more, after) = belowHundred(rest), more > 0 else { return (100 * hundreds, words) }
        return (100 * hundreds + more, after)
    }

    private static func belowHundred(_ words: ArraySlice<String>) -> (Int, ArraySlice<String>)? {
        guard let first = words.first, let number = small[first] else { return nil }
        let rest = words.dropFirst()
        guard number >= 20, let one = rest.first.flatMap({ small[$0] }), (1...9).contains(one) else {
            return (number, rest)
        }
        return (number + one, rest.dropFirst())
    }
}

// Numbers as they are said.

/// Words for numbers, American style: "one hundred five", "minus two point five".
enum SpokenNumber {
    /// A number that needs more words is written with digits and commas.
    static let wordsMax = 8
    private static let scales = [
        (1_000_000_000_000, "trillion"), (1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"),
    ]

    static func spoken(_ number: Int) -> String {
        let words = words(number)
        return words.split { $0 == " " || $0 == "-" }.count <= wordsMax ? words : grouped(number)
    }

    /// Rounded to `places` decimals.
    static func spoken(_ number: Rational, places: Int = 6) -> String {
        let rounded = number.rounded(places: places)
        guard rounded.integer == nil else { return spoken(rounded.numerator) }
        let scale = 1_000_000 / rounded.denominator
        guard 1_000_000 % rounded.denominator == 0 else { return spoken(number, places: max(0, places - 1)) }
        let whole = Int(rounded.numerator.magnitude) / rounded.denominator
        let rest = Int(rounded.numerator.magnitude) % rounded.denominator * scale
        var digits = String(String(1_000_000 + rest).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        let fraction = digits.map { NumberWords.ones[$0.wholeNumberValue ?? 0] }.joined(separator: " ")
        return (rounded.isNegative ? "minus " : "") + "\(spoken(whole)) point \(fraction)"
    }

    /// Whether `spoken(_:places:)` gives the number itself.
    static func isExact(_ number: Rational, places: Int = 6) -> Bool {
        number.rounded(places: places) == number && 1_000_000 % number.denominator == 0
    }

    /// "twenty-ninth", for 1 to 99.
    static func ordinal(_ number: Int) -> String {
        let irregular = [
            1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth", 20: "twentieth",
            30: "thirtieth", 40: "fortieth", 50: "fiftieth", 60: "sixtieth", 70: "seventieth", 80: "eightieth",
            90: "ninetieth",
        ]
        if let word = irregular[number] { return word }
        if number < 20 { return NumberWords.ones[number] + "th" }
        return NumberWords.tens[number / 10] + "-" + ordinal(number % 10)
    }

    /// "twenty twenty-six", "nineteen oh five", "two thousand".
    static func year(_ year: Int) -> String {
        let century = year / 100, rest = year % 100
        guard (1000...9999).contains(year), year % 1000 >= 10 else { return words(year) }
        if rest == 0 { return words(century) + " hundred" }
        return words(century) + (rest < 10 ? " oh " : " ") + words(rest)
    }

    private static func words(_ number: Int) -> String {
        if number < 0 { return "minus " + words(-number) }
        for (scale, name) in scales where number >= scale {
            return words(number / scale) + " " + name + (number % scale == 0 ? "" : " " + words(number % scale))
        }
        if number >= 100 {
            return NumberWords.ones[number / 100] + " hundred" + (number % 100 == 0 ? "" : " " + words(number % 100))
        }
        if number < 20 { return NumberWords.ones[number] }
        return NumberWords.tens[number / 10] + (number % 10 == 0 ? "" : "-" + NumberWords.ones[number % 10])
    }

    private static func grouped(_ number: Int) -> String {
        var result = "", digits = String(number.magnitude)
        while digits.count > 3 {
            result = "," + digits.suffix(3) + result
            digits.removeLast(3)
        }
        return (number < 0 ? "minus " : "") + digits + result
    }
}

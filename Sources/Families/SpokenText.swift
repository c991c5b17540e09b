// Written text as it is said.

enum SpokenText {
    /// Lower-case words: numbers and signs spelled out, punctuation gone.
    static func words(_ text: String) -> [String] {
        var spaced = ""
        var previous: Character = " "
        for character in text.lowercased() {
            // "7+12" and "3rd" are several words, "don't" is one.
            if let sign = signs[character] {
                spaced += " \(sign) "
            } else {
                if character.isNumber != previous.isNumber { spaced += " " }
                if character.isLetter || character.isNumber {
                    spaced.append(character)
                } else if character != "'" {
                    spaced += " "
                }
            }
            previous = character
        }
        return spaced.split(separator: " ").flatMap { word in
            guard let number = Int(word) else { return [String(word)] }
            return number < 1_000_000 ? spelled(number) : word.compactMap(\.wholeNumberValue).map { units[$0] }
        }
    }

    /// For how many slices of 80 ms the voice says a word, about: 60 ms a letter.
    static func slices(_ word: String) -> Int { max(1, Int((0.75 * Double(word.count) + 0.5).rounded(.down))) }

    private static let signs: [Character: String] = ["+": "plus", "=": "equals", "%": "percent", "&": "and"]

    private static let units = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

    /// 0 to 999,999. Longer ones are said digit by digit.
    private static func spelled(_ number: Int) -> [String] {
        func rest(_ value: Int) -> [String] { value == 0 ? [] : spelled(value) }
        switch number {
        case ..<20: return [units[number]]
        case ..<100: return [tens[number / 10 - 2]] + rest(number % 10)
        case ..<1000: return [units[number / 100], "hundred"] + rest(number % 100)
        default: return spelled(number / 1000) + ["thousand"] + rest(number % 1000)
        }
    }
}

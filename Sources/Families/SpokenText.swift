// Written text as it is said.

internal import Foundation

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
            return spelled(number)
        }
    }

    /// For how many slices of 80 ms the voice says a word, about: 60 ms a letter.
    static func slices(_ word: String) -> Int { max(1, Int((0.75 * Double(word.count) + 0.5).rounded(.down))) }

    private static let signs: [Character: String] = ["+": "plus", "=": "equals", "%": "percent", "&": "and"]

    private static func spelled(_ number: Int) -> [String] {
        let formatter = NumberFormatter()
        formatter.locale = Locale(identifier: "en_US")
        formatter.numberStyle = .spellOut
        let text = formatter.string(from: number as NSNumber) ?? String(number)
        return text.split { !$0.isLetter }.map(String.init)
    }
}

// Cuts a request into words.

/// Reads words, numbers and signs, once from left to right. A sign that no skill knows stays a word of its own, so that no phrase fits.
struct WordReader {
    private let text: [Character]
    private var position = 0
    private var result: [HeardWord] = []

    init(_ request: String) { text = Array(request) }

    mutating func words() -> [HeardWord] {
        while position < text.count {
            let character = text[position]
            if character.isLetter {
                word()
            } else if character.isASCII, character.isNumber {
                number()
            } else {
                sign(character)
            }
        }
        return result
    }

    private func peek(_ offset: Int) -> Character? {
        let index = position + offset
        return text.indices.contains(index) ? text[index] : nil
    }

    private static func isApostrophe(_ character: Character) -> Bool { character == "'" || character == "’" }

    private mutating func word() {
        let start = position
        while let next = peek(0) {
            let isInner = Self.isApostrophe(next) && peek(1)?.isLetter == true
            guard next.isLetter || isInner else { break }
            position += 1
        }
        let written = String(text[start..<position])
        if written == "self", result.last?.text == "my" {
            // Recognisers part the word.
            result[result.count - 1] = HeardWord(text: "myself", written: "myself")
            return
        }
        result += Contractions.expanded(written)
    }

    /// Digits with a point or thousands' commas; an ordinal's ending stays with them.
    private mutating func number() {
        var digits = ""
        let start = position
        while let next = peek(0) {
            let isDigit = next.isASCII && next.isNumber
            let isPoint = next == "." && peek(1)?.isNumber == true && !digits.contains(".")
            let isComma = next == "," && (1...3).allSatisfy { peek($0)?.isNumber == true } && peek(4)?.isNumber != true
            guard isDigit || isPoint || isComma else { break }
            if !isComma { digits.append(next) }
            position += 1
        }
        let ending = String(text[position...].prefix(2)).lowercased()
        if ["st", "nd", "rd", "th"].contains(ending), peek(2)?.isLetter != true {
            digits += ending
            position += 2
        }
        result.append(HeardWord(text: digits, written: String(text[start..<position])))
    }

    private mutating func sign(_ character: Character) {
        defer { position += 1 }
        if character.isWhitespace || ".,?!;:\"“”„…".contains(character) || Self.isApostrophe(character) { return }
        if "-–".contains(character), peek(-1)?.isLetter == true, peek(1)?.isLetter == true { return }
        let known: [Character: String] = [
            "×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "&": "and", "°": "degrees", "=": "=", "√": "√",
        ]
        result.append(HeardWord(text: known[character] ?? String(character), written: String(character)))
    }
}

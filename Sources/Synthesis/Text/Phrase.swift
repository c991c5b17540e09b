// Cuts text at punctuation, and its phrases into words.

internal import Spoken

/// Words between two marks. Numbers, signs and abbreviations are words already.
struct Phrase: Equatable {
    var words: [String]
    /// What stands after it, of `. , ; : ! ?`; nil at the end of a text without one.
    var mark: Unicode.Scalar?

    var endsSentence: Bool { mark == "." || mark == "!" || mark == "?" }

    private static let marks: Set<Character> = [".", ",", ";", ":", "!", "?"]
    /// Marks that are read as a comma.
    private static let pauses: Set<Character> = ["—", "–", "(", ")", "…", "\""]
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "st", "prof", "jr", "sr", "vs", "etc", "no", "vol", "approx", "dept", "e.g", "i.e",
        "fig",
    ]

    static func split(_ text: String) -> [Phrase] {
        let characters = Array(text.replacing("’", with: "'"))
        var phrases: [Phrase] = [], start = 0
        func finish(_ end: Int, _ mark: Unicode.Scalar?) {
            let words = words(of: String(characters[start..<end]))
            if !words.isEmpty {
                phrases.append(Phrase(words: words, mark: mark))
            } else if let mark, let last = phrases.last, last.mark == "," {
                phrases[phrases.count - 1].mark = mark
            }
        }
        for (i, character) in characters.enumerated() {
            let next = i + 1 < characters.count ? characters[i + 1] : " "
            if pauses.contains(character) || character.isNewline {
                finish(i, character.isNewline ? "." : ",")
            } else if marks.contains(character), next.isWhitespace || marks.contains(next) || pauses.contains(next),
                !(character == "." && isAbbreviation(characters[start..<i]))
            {
                finish(i, character.unicodeScalars.first)
            } else {
                continue
            }
            start = i + 1
        }
        finish(characters.count, nil)
        return phrases
    }

    private static func isAbbreviation(_ before: ArraySlice<Character>) -> Bool {
        let word = before.reversed().prefix { !$0.isWhitespace }.reversed()
        let isInitial = word.count == 1 && word.first!.isUppercase && word.first != "I"
        return isInitial || abbreviations.contains(String(word).lowercased())
    }

    /// Words with an apostrophe stay as they are: the reader of numbers and signs would drop it.
    private static func words(of text: String) -> [String] {
        var words: [String] = [], plain: [Substring] = []
        func flush() {
            if !plain.isEmpty { words += SpokenText(plain.joined(separator: " ")).words }
            plain = []
        }
        for part in text.split(whereSeparator: \.isWhitespace) {
            guard part.contains("'"), part.allSatisfy({ ($0.isASCII && $0.isLetter) || $0 == "'" }) else {
                plain.append(part)
                continue
            }
            flush()
            let word = part.lowercased().drop { $0 == "'" }
            let bare = word.hasSuffix("s'") ? String(word) : String(word.reversed().drop { $0 == "'" }.reversed())
            if !bare.isEmpty { words.append(bare) }
        }
        flush()
        return words
    }
}

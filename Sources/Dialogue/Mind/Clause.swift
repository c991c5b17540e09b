// Cuts a growing text into clauses, which the voice can say one after the other.

/// A clause ends behind punctuation that a space follows, or after `wordsMax` words.
enum Clause {
    private static let wordsMax = 10
    private static let marks: Set<Character> = [".", ",", "!", "?", ";", ":", "…", "\n", "。", "，", "！", "？"]

    /// Takes the first clause off `text`; nil if more of it must come. `isComplete` says that nothing more comes.
    static func next(in text: inout String, isComplete: Bool) -> String? {
        var words = 0, isWord = false, before: Character = " "
        for (index, character) in zip(text.indices, text) {
            if character.isWhitespace {
                words += isWord ? 1 : 0
                isWord = false
                if words > 0, marks.contains(before) || character == "\n" || words >= wordsMax {
                    return take(&text, upTo: index)
                }
            } else {
                isWord = true
            }
            before = character
        }
        guard isComplete else { return nil }
        let rest = take(&text, upTo: text.endIndex)
        return rest.isEmpty ? nil : rest
    }

    private static func take(_ text: inout String, upTo end: String.Index) -> String {
        let clause = text[..<end].trimmingSpace
        text = String(text[end...])
        return clause
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmingSpace: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        return String(self[first...last])
    }
}

// Reads the notation of phrases.

import Basics

/// Recursive descent over the notation of `Phrase`.
struct PhraseReader {
    private let text: [Character]
    private var position = 0

    init(_ text: String) { self.text = Array(text) }

    var isAtEnd: Bool { position == text.count }

    /// `a b|c d` up to a closing bracket or the end.
    mutating func choices() -> [[Phrase.Part]] {
        var result = [sequence()]
        while take("|") { result.append(sequence()) }
        return result
    }

    private mutating func sequence() -> [Phrase.Part] {
        var parts: [Phrase.Part] = []
        while position < text.count, text[position] != "|", text[position] != ")" {
            if take(" ") || take("\n") { continue }
            parts.append(part())
        }
        return parts
    }

    private mutating func part() -> Phrase.Part {
        if take("<") { return place() }
        var choices: [[Phrase.Part]]
        if take("(") {
            choices = self.choices()
            invariant(take(")"), "no closing bracket: \(String(text))")
        } else {
            choices = [[.word(word())]]
        }
        if take("?") { choices.append([]) }
        return choices.count == 1 && choices[0].count == 1 ? choices[0][0] : .choice(choices)
    }

    private mutating func place() -> Phrase.Part {
        let name = word()
        let place: Phrase.Place =
            if take("+") { .words } else if take("#") { .number } else if take("~") { .operand } else { .word }
        invariant(take(">"), "no closing bracket: \(String(text))")
        return .place(name, place)
    }

    private mutating func word() -> String {
        let start = position
        while position < text.count, !"()|?<>+#~ \n".contains(text[position]) { position += 1 }
        invariant(position > start, "no word at \(start): \(String(text))")
        return String(text[start..<position])
    }

    private mutating func take(_ character: Character) -> Bool {
        guard position < text.count, text[position] == character else { return false }
        position += 1
        return true
    }
}

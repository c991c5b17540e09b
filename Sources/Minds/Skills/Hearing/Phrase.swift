// Forms of words that a request must have from its first word to its last.

import Basics

/// `what is the opposite of <x>`: words, `(either|or)`, `(perhaps)?`, `<x>` for one word, `<x+>` for one or more, `<x#>` for a number,
/// `<x~>` for an operand (a number, a word that sounds like one, "that").
///
/// It matches whole requests only. Phrases have at most two open places (`<x+>`), so that the time is bounded by the square of the
/// number of words, which `Skills.requestWordsMax` bounds.
struct Phrase: Sendable, ExpressibleByStringInterpolation {
    enum Place: Sendable { case word, words, number, operand }
    indirect enum Part: Sendable {
        case word(String)
        case choice([[Part]])
        case place(String, Place)
    }

    /// The alternatives of the whole phrase, each with the words that it may begin with; nil: any.
    private let forms: [(parts: [Part], openings: Set<String>?)]

    init(stringLiteral text: String) { self.init(text) }

    init(_ text: String) {
        var reader = PhraseReader(text)
        let choices = reader.choices()
        invariant(reader.isAtEnd, "unbalanced: \(text)")
        forms = choices.map { ($0, Self.openings($0[...])) }
    }

    func match(_ heard: Heard) -> Found? {
        var result: Found?
        for form in forms where form.openings.map({ $0.contains(heard.texts[0]) }) != false {
            let isMatch = Self.match(form.parts[...], heard, 0, Found(heard: heard)) { end, found in
                guard end == heard.words.count else { return false }
                result = found
                return true
            }
            if isMatch { return result }
        }
        return nil
    }

    /// The words that the parts may begin with; nil where it may be any, or none at all.
    private static func openings(_ parts: ArraySlice<Part>) -> Set<String>? {
        guard let first = parts.first else { return nil }
        switch first {
        case .place: return nil
        case .word(let word): return [word]
        case .choice(let choices):
            var result: Set<String> = []
            for choice in choices {
                guard let more = openings(choice + parts.dropFirst()) else { return nil }
                result.formUnion(more)
            }
            return result
        }
    }

    /// Tries the parts from the word at `start`; `then` says whether the rest fits too, else other ways are tried.
    private static func match(
        _ parts: ArraySlice<Part>, _ heard: Heard, _ start: Int, _ found: Found, _ then: (Int, Found) -> Bool
    ) -> Bool {
        guard let part = parts.first else { return then(start, found) }
        let rest = parts.dropFirst()
        switch part {
        case .word(let word):
            guard start < heard.words.count, heard.words[start].text == word else { return false }
            return match(rest, heard, start + 1, found, then)
        case .choice(let choices):
            return choices.contains { choice in
                match(choice[...], heard, start, found) { match(rest, heard, $0, $1, then) }
            }
        case .place(let name, let place):
            return ends(of: place, heard, start).contains { end in
                var found = found
                found.ranges.append((name, start..<end))
                return match(rest, heard, end, found, then)
            }
        }
    }

    /// Where a place that begins at `start` may end, the likeliest first.
    private static func ends(of place: Place, _ heard: Heard, _ start: Int) -> [Int] {
        let count = heard.words.count
        guard start < count else { return [] }
        switch place {
        case .word: return [start + 1]
        case .words: return Array((start + 1)...count)
        case .number: return NumberWords.ends(heard.texts[start...])
        case .operand:
            let numbers = NumberWords.ends(heard.texts[start...])
            let isOther = Operand.isReference(heard.texts[start]) || Homophones.number(heard.texts[start]) != nil
            return numbers + (isOther && numbers.isEmpty ? [start + 1] : [])
        }
    }
}

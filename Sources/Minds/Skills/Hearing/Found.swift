// What a phrase found in a request.

/// The words that stand where a phrase has `<name>`.
struct Found: Sendable {
    let heard: Heard
    var ranges: [(name: String, range: Range<Int>)] = []

    /// Empty where the phrase's option with this name was not taken.
    func words(_ name: String) -> [String] {
        ranges.last { $0.name == name }.map { found in heard.words[found.range].map(\.text) } ?? []
    }

    /// Lower case, one blank between words.
    func text(_ name: String) -> String { words(name).joined(separator: " ") }

    /// As it was written: names keep their capitals.
    func written(_ name: String) -> String {
        ranges.last { $0.name == name }.map { heard.written($0.range) } ?? ""
    }

    func has(_ name: String) -> Bool { ranges.contains { $0.name == name } }

    func number(_ name: String) -> Rational? { NumberWords.value(words(name)[...]) }

    /// A whole number of at most nine digits.
    func integer(_ name: String) -> Int? { number(name)?.integer.flatMap { abs($0) < 1_000_000_000 ? $0 : nil } }
}

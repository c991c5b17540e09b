// Words that open or close a request without changing what it asks for.

/// A courtesy of some words.
struct Opener: Sendable {
    private let words: [String]

    init(_ text: String) { words = text.split(separator: " ").map(String.init) }

    /// The words after this, where they begin with it.
    func after(_ heard: ArraySlice<HeardWord>) -> ArraySlice<HeardWord>? {
        heard.count >= words.count && zip(words, heard).allSatisfy { $0 == $1.text }
            ? heard.dropFirst(words.count) : nil
    }

    /// Whether the words begin with this.
    func begins(_ texts: ArraySlice<String>) -> Bool { texts.starts(with: words) }

    /// The words before this, where they end with it.
    func before(_ heard: ArraySlice<HeardWord>) -> ArraySlice<HeardWord>? {
        let tail = heard.suffix(words.count)
        return tail.count == words.count && zip(words, tail).allSatisfy { $0 == $1.text }
            ? heard.dropLast(words.count) : nil
    }
}

extension Sequence {
    /// The first result that is not nil.
    func firstNonNil<Result>(_ transform: (Element) -> Result?) -> Result? {
        for element in self {
            if let result = transform(element) { return result }
        }
        return nil
    }
}

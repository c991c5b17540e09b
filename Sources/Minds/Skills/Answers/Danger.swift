// One kind of help that must not be given.

/// A deed and what it is done to: "make" and "bomb". Between the two may stand only words of `Danger.between`.
struct Danger: Sendable {
    let deeds: Set<String>
    let objects: Set<String>
    /// Words before the object that make it harmless ("bath bomb"), or after it ("bomb cake").
    let harmless: Set<String>
    let answer: String

    private static let wordsBetweenMax = 5

    /// Whether the deed stands before the object, with little in between.
    func concerns(_ words: ArraySlice<String>) -> Bool {
        words.indices.contains { index in
            guard let length = deed(words[index...]) else { return false }
            let rest = words[(index + length)...].prefix(Self.wordsBetweenMax + 1)
            guard let object = rest.firstIndex(where: isObject) else { return false }
            let around = words[max(words.startIndex, object - 2)..<min(words.endIndex, object + 6)]
            return rest[..<object].allSatisfy(fitsBetween) && !around.contains(where: harmless.contains)
        }
    }

    private func isObject(_ word: String) -> Bool { objects.contains(word) }

    /// How many words of a deed stand here: "break into" has two.
    private func deed(_ words: ArraySlice<String>) -> Int? {
        let pair = words.prefix(2).joined(separator: " ")
        if words.count > 1, deeds.contains(pair) { return 2 }
        return words.first.map(deeds.contains) == true ? 1 : nil
    }

    private func fitsBetween(_ word: String) -> Bool { !Self.breaking.contains(word) }

    /// After these the object belongs to something else: "kill time with people".
    private static let breaking: Set<String> = [
        "with", "for", "from", "about", "without", "to", "and", "or", "at", "on", "in", "that", "who", "is", "against",
        "by", "time", "so",
        "after", "before", "out", "test", "like", "when", "while", "because", "of",
    ]
}

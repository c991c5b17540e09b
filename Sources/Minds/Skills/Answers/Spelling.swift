// Spelling one word.

enum Spelling: Skill {
    static let name = "spelling"
    static let lettersMax = 30

    static let rules: [Rule] = [
        Rule(
            "(how do (you|i|we)|how (would|can) (you|i)|how to)? spell (the word|the name)? <word>|how is (the word)? <word> spelled|what is the spelling of (the word)? <word>|spell out (the word)? <word>|how do (you|i) (correctly)? spell out <word>|(what is)? (the|a) (right|correct|proper|complete|best)? (spelling|way to spell|way of spelling) (of|for)? (the word)? <word>|<word> is spelled how|how (the word)? <word> is spelled|how to (correctly|properly) spell <word>|spelling <word>"
        ) {
            found, occasion in spell(found.written("word"), found.text("word"), &occasion)
        },
        Rule(
            "(how do (you|i)|how is|how would you)? (spell)? my name (spelled)?|spell my name|how do (you|i) spell my name|what is the spelling of my name"
        ) { found, occasion in
            guard found.heard.texts.contains(where: { $0.hasPrefix("spell") }),
                let name = occasion.memory.recall(Subject.name)
            else { return nil }
            return spell(name, name.lowercased(), &occasion)
        },
        Rule(
            "(how do you)? spell (the word)? <word> (backwards|backward|in reverse)|what is (the word)? <word> (backwards|backward|spelled backwards|in reverse)|spell it (backwards|backward)|(and)? (now)? (backwards|backward|in reverse)|reverse the word <word>"
        ) {
            found, occasion in backwards(found, &occasion)
        },
        Rule("(say|tell me|what is|recite) the alphabet|(say|recite) the abc") { _, _ in
            spaced("abcdefghijklmnopqrstuvwxyz") + "."
        },
    ]

    /// Words that stand for something else.
    private static let pronouns: Set<String> = [
        "it", "that", "this", "them", "words", "out", "well", "correctly", "something", "with",
    ]

    private static func isWord(_ text: String) -> Bool {
        (2...lettersMax).contains(text.count) && text.allSatisfy(\.isLetter)
    }

    private static func spaced(_ word: String) -> String {
        word.uppercased().map { String($0) }.joined(separator: ", ")
    }

    private static func spell(_ written: String, _ text: String, _ occasion: inout Occasion) -> String? {
        let word = written.lowercased()
        guard !pronouns.contains(text), isWord(word) else { return nil }
        occasion.memory.topic = .spelling(word)
        return "\(word.capitalizedFirst) is spelled \(spaced(word))."
    }

    private static func backwards(_ found: Found, _ occasion: inout Occasion) -> String? {
        var word = found.written("word").lowercased()
        if !found.has("word") || pronouns.contains(word) {
            guard case .spelling(let last) = occasion.memory.topic else { return nil }
            word = last
        }
        guard isWord(word) else { return nil }
        return "\(word.capitalizedFirst) backwards is \(spaced(String(word.reversed())))."
    }
}

// One rule of a skill: what is said, and what is answered.

/// A phrase and its answer. The answer may still be nil: the word that was found is none that the skill knows.
struct Rule: Sendable {
    private let phrase: Phrase
    private let reply: @Sendable (Found, inout Occasion) -> String?

    init(_ phrase: Phrase, _ reply: @escaping @Sendable (Found, inout Occasion) -> String?) {
        self.phrase = phrase
        self.reply = reply
    }

    /// Always the same answer.
    init(_ phrase: Phrase, says answer: String) {
        self.init(phrase) { _, _ in answer }
    }

    func answer(_ heard: Heard, _ occasion: inout Occasion) -> String? {
        phrase.match(heard).flatMap { reply($0, &occasion) }
    }
}

// What the last answer was about, for requests that lean on it: "add three to that", "and now backwards", "and of spain".

/// The subject of the last answer. It ends when the mind has spoken in between.
enum Topic: Sendable, Hashable {
    case none
    /// "that" and "it" mean this number.
    case number(Rational)
    /// What was counted.
    case count([Int])
    /// A word that was spelled.
    case spelling(String)
    case capital, opposite
    /// "Repeat after me", and nothing to repeat yet.
    case awaitingWords
}

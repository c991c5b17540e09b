// Who has the floor in a talk of text: decided from the words, the pauses, and the mind's likelihood that the turn is over.

/// The less likely the turn is over, the longer the pause that ends it.
struct ChatFloor {
    /// Pauses that end a turn, in slices of 200 ms, by the least likelihood (natural logarithm of the probability) for each.
    private static let pauses: [(likelihood: Float, slices: Int)] = [(-7, 3), (-12, 4)]
    private static let pauseMax = 6
    /// Words over the assistant's that are no interruption.
    private static let backChannels: Set<String> = [
        "uh", "huh", "mm", "hm", "mhm", "yeah", "yes", "right", "okay", "ok", "i", "see", "really", "wow", "sure",
        "aha",
    ]

    /// Whether the user's turn in progress has words, and how long ago the last one came.
    private var hasWords = false, quiet = 0
    /// Whether the user has interrupted: the assistant falls silent until it speaks anew.
    private(set) var yields = false

    /// Takes a slice's word, if there is one. Returns it, or 1 at the end of the turn, or 0.
    mutating func decide(_ word: Int32?, text: String?, isSpeaking: Bool, likelihood: Float) -> Int32 {
        if !isSpeaking { yields = false }
        if let word, let text {
            (hasWords, quiet) = (true, 0)
            if isSpeaking, !Self.backChannels.contains(text.lowercased().filter(\.isLetter)) { yields = true }
            return word
        }
        guard hasWords else { return 0 }
        quiet += 1
        let enough = Self.pauses.first { likelihood >= $0.likelihood }?.slices ?? Self.pauseMax
        guard quiet >= enough else { return 0 }
        hasWords = false
        return 1
    }
}

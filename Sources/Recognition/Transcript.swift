// What a recogniser heard.

/// The text of a turn, with its words and how sure the model is of them.
public struct Transcript: Hashable, Sendable {
    /// A word with the punctuation that touches it. Times are in seconds from the beginning of the turn, to about 0.1 s.
    public struct Word: Hashable, Sendable {
        public var text: String
        public var start, end: Double

        public init(text: String, start: Double, end: Double) { (self.text, self.start, self.end) = (text, start, end) }
    }

    public var text: String
    public var words: [Word]
    /// The mean natural logarithm of the tokens' probabilities, the end's included.
    public var meanLogProbability: Float
    /// The probability that nobody speaks, by the model's own token.
    public var noSpeechProbability: Float
    /// Whether the text repeated itself, and was cut after the first time.
    public var isRepeating: Bool
    /// Why the words were dropped; nil where they were not.
    public var dropped: Dropped?

    public enum Dropped: String, Hashable, Sendable {
        /// The model finds that nobody speaks, and is not sure of its words.
        case noSpeech
        /// The words are unlikely.
        case unlikely
    }

    public init(
        text: String = "", words: [Word] = [], meanLogProbability: Float = 0, noSpeechProbability: Float = 0,
        isRepeating: Bool = false, dropped: Dropped? = nil
    ) {
        (self.text, self.words, self.dropped) = (text, words, dropped)
        (self.meanLogProbability, self.noSpeechProbability) = (meanLogProbability, noSpeechProbability)
        self.isRepeating = isRepeating
    }
}

// A text that is brought into a conversation, as it is spoken.

/// What a model makes of a text.
public struct Wording: Hashable, Sendable {
    public var words: [SpokenWord]
    /// The characters that it cannot say, each once, in the order of the text; a few dozen at most.
    public var unspoken: String

    public init(words: [SpokenWord], unspoken: String = "") {
        (self.words, self.unspoken) = (words, unspoken)
    }
}

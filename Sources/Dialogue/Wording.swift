// A text that is brought into a conversation, as it is spoken.

/// What a model makes of a text.
public struct Wording: Hashable, Sendable {
    public var words: [SpokenWord]
    /// The characters that it cannot say, each once, in the order of the text; a few dozen at most.
    public var unspoken: String
    /// The text was too long: its end is left out.
    public var isCut: Bool

    public init(words: [SpokenWord], unspoken: String = "", isCut: Bool = false) {
        (self.words, self.unspoken, self.isCut) = (words, unspoken, isCut)
    }
}

// A client's text, as it is spoken.

/// A text in words that a model can say.
public struct Wording: Hashable, Sendable {
    public var words: [SpokenWord]
    /// The characters that it cannot say, each once, in order of appearance; a few dozen at most.
    public var unspoken: String
    /// Whether the text was too long and its end was left out.
    public var isCut: Bool

    public init(words: [SpokenWord], unspoken: String = "", isCut: Bool = false) {
        (self.words, self.unspoken, self.isCut) = (words, unspoken, isCut)
    }
}

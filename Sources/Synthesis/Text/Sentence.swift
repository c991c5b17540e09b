// A sentence as it is spoken.

/// A part of a text that is spoken in one breath: its phonemes in espeak-ng's IPA, and which belong to which word.
public struct Sentence: Sendable {
    public struct Word: Sendable {
        public var text: String
        public var phonemes: Range<Int>
    }

    public internal(set) var phonemes: [Unicode.Scalar] = []
    public internal(set) var words: [Word] = []

    /// The words that are heard in full when `count` phonemes are.
    public func wordsHeard(phonemes count: Int) -> Int { words.count { $0.phonemes.upperBound <= count } }
}

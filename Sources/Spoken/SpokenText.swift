// Converts written text to spoken words.
//
//  text ─▶ SpokenTokens ─▶ SpokenReader: a rule for each kind of thing that people write ─▶ words

/// Lower-case words that every model can spell. Numbers, signs and abbreviations are written out, punctuation is removed. Rules
/// look only a few tokens ahead, so time is linear in the text.
public struct SpokenText: Equatable {
    public var words: [String]
    /// Characters that have no words, each once, in text order; at most `unspokenMax`.
    public var unspoken: String

    /// Whether the text had more than `wordsMax` words, or more than `tokensMax` tokens, and was cut there.
    public var isCut: Bool

    static let unspokenMax = 32
    /// Words in one text: five minutes of speech. A longer text would take time from other sessions.
    public static let wordsMax = 800
    static let tokensMax = 1200

    public init(_ text: String) {
        let read = SpokenTokens(text)
        var reader = SpokenReader(read.tokens)
        reader.read()
        words = Array(reader.words.prefix(Self.wordsMax))
        isCut = reader.at < reader.tokens.count || reader.words.count > Self.wordsMax
        unspoken = String(String.UnicodeScalarView(read.unspoken))
    }

    /// Roughly how many slices of `milliseconds` the voice needs for a word, at 60 ms per letter.
    public static func slices(_ word: String, of milliseconds: Int) -> Int {
        max(1, Int((60 * Double(word.count) / Double(milliseconds) + 0.5).rounded(.down)))
    }
}

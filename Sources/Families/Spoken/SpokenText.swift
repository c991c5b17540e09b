// Written text as it is said.
//
//  text ─▶ SpokenTokens ─▶ SpokenReader: a rule for each kind of thing that people write ─▶ words

/// Lower-case words that every model can spell: numbers, signs and abbreviations written out, punctuation gone. Rules look a few
/// tokens ahead at most: time is linear in the text.
struct SpokenText: Equatable {
    var words: [String]
    /// The characters that have no words, each once, in the order of the text; at most `unspokenMax`.
    var unspoken: String

    /// There were more than `wordsMax` words, or `tokensMax` words, numbers and signs: what followed is left out.
    var isCut: Bool

    static let unspokenMax = 32
    /// Words of one text: five minutes of speech. To read more would take others' time.
    static let wordsMax = 800, tokensMax = 1200

    init(_ text: String) {
        let read = SpokenTokens(text)
        var reader = SpokenReader(read.tokens)
        reader.read()
        words = Array(reader.words.prefix(Self.wordsMax))
        isCut = reader.at < reader.tokens.count || reader.words.count > Self.wordsMax
        unspoken = String(String.UnicodeScalarView(read.unspoken))
    }

    /// For how many slices of `milliseconds` the voice says a word, about: 60 ms a letter.
    static func slices(_ word: String, of milliseconds: Int) -> Int {
        max(1, Int((60 * Double(word.count) / Double(milliseconds) + 0.5).rounded(.down)))
    }
}

// Written text as it is said.
//
//  text ─▶ SpokenTokens ─▶ SpokenReader: a rule for each kind of thing that people write ─▶ words

/// Lower-case words that every model can spell: numbers, signs and abbreviations written out, punctuation gone. Rules look a few
/// tokens ahead at most: time is linear in the text.
struct SpokenText: Equatable {
    var words: [String]
    /// The characters that have no words, each once, in the order of the text; at most `unspokenMax`.
    var unspoken: String

    static let unspokenMax = 32

    init(_ text: String) {
        let read = SpokenTokens(text)
        var reader = SpokenReader(read.tokens)
        reader.read()
        words = reader.words
        unspoken = String(String.UnicodeScalarView(read.unspoken))
    }

    /// For how many slices of 80 ms the voice says a word, about: 60 ms a letter.
    static func slices(_ word: String) -> Int { max(1, Int((0.75 * Double(word.count) + 0.5).rounded(.down))) }
}

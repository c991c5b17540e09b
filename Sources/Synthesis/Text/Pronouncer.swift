// Written English to phonemes.

internal import Foundation
internal import Spoken
public import Transformer

/// Text to phonemes by lexicons, endings, and a network for what they lack. American English; no part is under the GPL.
public struct Pronouncer: Sendable {
    private let lexicon: Lexicon
    private let letters: LetterNetwork?

    /// Whether it knows words, or reads all by their letters.
    public let hasLexicon: Bool

    /// The lexicons of `folder` (Scripts/fetch-voice). Where there are none, the network of the file `spare` reads every word, if it is given.
    public init(folder: String, letters spare: String? = nil) throws(ModelError) {
        hasLexicon = spare == nil || Lexicon.isIn(folder)
        lexicon = hasLexicon ? try Lexicon(folder: folder) : Lexicon([:])
        letters = try LetterNetwork(path: hasLexicon ? folder + "/letters.safetensors" : spare!)
    }

    init(lexicon: Lexicon) { (self.lexicon, letters, hasLexicon) = (lexicon, nil, true) }

    /// The sentences of `text`.
    public func sentences(_ text: String) -> [Sentence] {
        var all: [Sentence] = [], current = Sentence()
        for phrase in Phrase.split(text) {
            for (i, word) in phrase.words.enumerated() {
                let following = i + 1 < phrase.words.count ? phrase.words[i + 1] : ""
                let phonemes = Array(
                    self.phonemes(word, before: following).decomposedStringWithCanonicalMapping.unicodeScalars)
                guard !phonemes.isEmpty else { continue }
                if !current.phonemes.isEmpty { current.phonemes.append(" ") }
                let first = current.phonemes.count
                current.phonemes += phonemes
                current.words.append(Sentence.Word(text: word, phonemes: first..<current.phonemes.count))
            }
            guard !current.phonemes.isEmpty else { continue }
            if let mark = phrase.mark { current.phonemes.append(mark) }
            if phrase.endsSentence {
                all.append(current)
                current = Sentence()
            }
        }
        return current.phonemes.isEmpty ? all : all + [current]
    }

    /// How a word sounds between others: articles and other small words are weak.
    func phonemes(_ word: String, before following: String) -> String {
        if word == "the" || word == "to", let first = following.first, "aeiou".contains(first) {
            return word == "the" ? "ði" : "tʊ"
        }
        if let weak = WeakWords.table[word] { return weak }
        if word.count == 1, let name = lexicon.letter(word) { return Phones.espeak(name) }
        if let found = WeakWords.corrections[word] ?? lexicon[word] ?? Endings(lexicon: lexicon).pronounce(word) {
            return Phones.espeak(found)
        }
        return Phones.espeak(letters?.pronounce(word) ?? word.compactMap { lexicon.letter(String($0)) }.joined())
    }
}

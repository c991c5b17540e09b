// From misaki's symbols to those of espeak-ng, which Piper's voices know.

/// Misaki writes a diphthong or an affricate as one symbol and no lengths; espeak-ng's `en-us` writes IPA with them.
enum Phones {
    private static let pairs: [Character: String] = [
        "A": "eɪ", "I": "aɪ", "O": "oʊ", "W": "aʊ", "Y": "ɔɪ", "ʤ": "dʒ", "ʧ": "tʃ", "T": "ɾ", "ᵊ": "ə", "u": "uː",
        "ɑ": "ɑː",
        "ɔ": "ɔː", "ɜ": "ɜː", "ʔ": "t",
    ]
    private static let vowels = Set("AIOWYiuɑɔɜəɚæɛɪʊʌᵊᵻɐ")

    /// One word.
    static func espeak(_ word: String) -> String {
        let symbols = Array(word)
        var out = "", i = 0
        while i < symbols.count {
            let next = i + 1 < symbols.count ? symbols[i + 1] : nil,
                after = i + 2 < symbols.count ? symbols[i + 2] : nil
            let isBeforeVowel = after.map(vowels.contains) ?? false
            if symbols[i] == "ɜ" || symbols[i] == "ə", next == "ɹ", !isBeforeVowel {
                out += symbols[i] == "ɜ" ? "ɜː" : "ɚ"
                i += 2
                continue
            }
            out += symbols[i] == "i" ? (isLong(symbols, i) ? "iː" : "i") : pairs[symbols[i]] ?? String(symbols[i])
            i += 1
        }
        return out
    }

    /// espeak-ng writes a long i in the stressed syllable, before it, and in words of one syllable.
    private static func isLong(_ symbols: [Character], _ i: Int) -> Bool {
        if i + 1 < symbols.count, symbols[i + 1] == "ə" || symbols[i + 1] == "ᵊ" { return false }
        guard let stress = symbols[..<i].lastIndex(where: { $0 == "ˈ" || $0 == "ˌ" }) else {
            return symbols[i...].contains("ˈ") || symbols.filter(vowels.contains).count == 1
        }
        return !symbols[stress..<i].contains(where: vowels.contains)
    }
}

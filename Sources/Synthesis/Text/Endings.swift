// Words that are not in the lexicon, by their stem.

/// English endings and how they sound behind the stem, in misaki's symbols.
struct Endings {
    let lexicon: Lexicon

    /// `word` in lower case; nil if no stem is known.
    func pronounce(_ word: String) -> String? {
        if word.hasSuffix("'s"), let stem = find(word.dropLast(2)) { return stem + Self.plural(stem) }
        if word.hasSuffix("s'"), let stem = find(word.dropLast(1)) { return stem }
        if word.hasSuffix("s"), !word.hasSuffix("ss"), let stem = find(word.dropLast(1)) ?? plural(of: word) {
            return stem + Self.plural(stem)
        }
        if word.hasSuffix("ed"), let stem = find(word.dropLast(1)) ?? base(word.dropLast(2)) {
            return stem + Self.past(stem)
        }
        for (ending, sound) in [
            ("ing", "ɪŋ"), ("er", "əɹ"), ("est", "ᵻst"), ("ly", "li"), ("ness", "nəs"), ("less", "ləs"),
        ]
        where word.hasSuffix(ending) {
            if let stem = base(word.dropLast(ending.count)) { return stem + sound }
        }
        return compound(word)
    }

    private func find(_ stem: Substring) -> String? { stem.count > 1 ? lexicon[String(stem)] : nil }

    private func plural(of word: String) -> String? {
        if word.hasSuffix("ies") { return find(word.dropLast(3) + "y") }
        return word.hasSuffix("es") ? find(word.dropLast(2)) : nil
    }

    /// The stem itself, with its silent e, with one consonant instead of two, or with y instead of i.
    private func base(_ stem: Substring) -> String? {
        guard stem.count > 2 else { return nil }
        if let found = find(stem) ?? find(stem + "e") { return found }
        let letters = Array(stem)
        if letters[letters.count - 1] == letters[letters.count - 2] { return find(stem.dropLast()) }
        return stem.hasSuffix("i") ? find(stem.dropLast() + "y") : nil
    }

    /// Two words of three letters or more, written together.
    private func compound(_ word: String) -> String? {
        guard word.count >= 6, word.count <= 24 else { return nil }
        for cut in stride(from: word.count - 3, through: 3, by: -1) {
            if let first = lexicon[String(word.prefix(cut))], let second = lexicon[String(word.dropFirst(cut))] {
                return first + second.replacing("ˈ", with: "ˌ")
            }
        }
        return nil
    }

    private static func plural(_ stem: String) -> String {
        guard let last = stem.last else { return "z" }
        if "szʃʒʧʤ".contains(last) { return "ᵻz" }
        return "ptkfθ".contains(last) ? "s" : "z"
    }

    private static func past(_ stem: String) -> String {
        guard let last = stem.last else { return "d" }
        if "td".contains(last) { return "ᵻd" }
        return "pkfθsʃʧ".contains(last) ? "t" : "d"
    }
}

// Finds the word that a misheard one was meant to be, where only a few words can stand.

/// Compares words by their consonants, which recognisers get right more often than vowels.
enum Sounds {
    /// The only one of `words` that sounds like `heard`: the same consonants in the same order, and at most `editsMax` letters apart.
    static func nearest(to heard: String, among words: some Sequence<String>, editsMax: Int = 2) -> String? {
        let letters = heard.filter { $0 != " " && $0 != "'" }, sound = skeleton(letters)
        guard letters.count >= 3, letters.count <= 24 else { return nil }
        var found: String?
        for word in words where skeleton(word) == sound && distance(letters, word.filter { $0 != " " }) <= editsMax {
            if found != nil { return nil }
            found = word
        }
        return found
    }

    /// Consonants without repetition; a vowel counts only at the beginning.
    static func skeleton(_ word: String) -> [Character] {
        var result: [Character] = []
        let letters = Array(word)
        for (index, letter) in letters.enumerated() {
            let next = index + 1 < letters.count ? letters[index + 1] : " "
            let sound: Character
            switch letter {
            case "a", "e", "i", "o", "u", "y":
                if index > 0 { continue }
                sound = "a"
            case "h" where index > 0, "w" where index > 0, " ", "'": continue
            case "c": sound = "eiy".contains(next) ? "s" : "k"
            case "q": sound = "k"
            case "z": sound = "s"
            default: sound = letter
            }
            if result.last != sound { result.append(sound) }
        }
        return result
    }

    /// Levenshtein's distance.
    static func distance(_ a: String, _ b: String) -> Int {
        let target = Array(b)
        var row = Array(0...target.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in target.indices {
                let kept = diagonal + (letter == target[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(kept, row[j] + 1, diagonal + 1)
            }
        }
        return row[target.count]
    }
}

// Letters of words and of the alphabet.

enum Letters: Skill {
    static let name = "letters"
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz")

    static let rules: [Rule] = [
        Rule(
            "how many letters (are there|are|is|does|do)? (in|has)? (the)? (english)? alphabet (have)?",
            says: "The English alphabet has twenty-six letters."),
        Rule(
            "how many (letters|characters) (are there in|are in|is in|in|does|has|make up) (the word|the name)? <word> (have|contain)?|how long is the word <word>|how many letters <word> has|count the letters in (the word)? <word>"
        ) { found, _ in
            guard let word = word(found) else { return nil }
            return "\(word.capitalizedFirst) has \(Sentence.count(word.count, "letter"))."
        },
        Rule("how many (letters|characters) (are there in|are in|in|does) my name (have)?") { _, occasion in
            guard let name = occasion.memory.recall(Subject.name) else { return nil }
            return "\(name) has \(Sentence.count(name.filter(\.isLetter).count, "letter"))."
        },
        Rule(
            "how many <letter> ('s)? (are there in|are in|is in|in|does) (the word)? <word> (have|contain)?|how many <letter> 's (can you find in|do you find in|are there in) (the word)? <word>|how many times does (the letter)? <letter> (appear|occur) in (the word)? <word>|how many times is (the letter)? <letter> in (the word)? <word>"
        ) {
            found, _ in occurrences(found)
        },
        Rule("how many vowels (are there in|are in|in|does) (the word)? <word> (have|contain)?") { found, _ in
            guard let word = word(found) else { return nil }
            return "\(word.capitalizedFirst) has \(Sentence.count(word.filter("aeiou".contains).count, "vowel"))."
        },
        Rule(
            "(what is|which is|what)? the <n> letter (of|in) (the word)? <word>|(what|which) letter is the <n> (of|in) (the word)? <word>"
        ) { found, _ in
            nth(found)
        },
        Rule(
            "(what is|which is)? the <n> letter (of|in) the alphabet|(what|which) letter is the <n> (of|in) the alphabet"
        ) { found, _ in
            guard let n = ordinal(found, count: 26) else { return nil }
            return "The \(found.text("n")) letter of the alphabet is \(alphabet[n].uppercased())."
        },
        Rule(
            "(what|which) letter does (the word)? <word> (start|begin|end) with|(what|which) letter does (the word)? <word> <e> (with|in)"
        ) { found, _ in
            guard let word = word(found) else { return nil }
            let isEnd = found.heard.texts.contains("end")
            return
                "\(word.capitalizedFirst) \(isEnd ? "ends" : "begins") with \(String(isEnd ? word.last! : word.first!).uppercased())."
        },
        Rule(
            "(what|which) letter (comes|is)? (right)? <side> (the letter)? <letter>( in the alphabet)?|what comes <side> (the letter)? <letter> in the alphabet"
        ) { found, _ in
            neighbor(found)
        },
        Rule("is <letter> a vowel|is the letter <letter> a vowel") { found, _ in
            guard let letter = letter(found) else { return nil }
            let isVowel = "aeiou".contains(letter)
            return "\(isVowel ? "Yes" : "No"), \(letter.uppercased()) is a \(isVowel ? "vowel" : "consonant")."
        },
    ]

    /// Lower case, as written.
    private static func word(_ found: Found) -> String? {
        let word = found.written("word").lowercased()
        let isOther = ["it", "that", "this", "the", "there", "my", "your", "alphabet"].contains(word)
        return (2...Spelling.lettersMax).contains(word.count) && word.allSatisfy(\.isLetter) && !isOther ? word : nil
    }

    private static func letter(_ found: Found) -> Character? {
        let text = found.text("letter")
        let isPlural = text.count == 2 && text.last == "s"
        guard text.count == 1 || isPlural, let letter = text.first, alphabet.contains(letter) else { return nil }
        return letter
    }

    private static func occurrences(_ found: Found) -> String? {
        guard let letter = letter(found), let word = word(found) else { return nil }
        let count = word.count { $0 == letter }
        let times =
            count == 0
            ? "no \(letter.uppercased())"
            : Sentence.count(count, letter.uppercased()).replacing(
                "\(letter.uppercased())s", with: "\(letter.uppercased())'s")
        return "There \(count == 1 ? "is" : "are") \(times) in \(word)."
    }

    /// From 0; "last" counts.
    private static func ordinal(_ found: Found, count: Int) -> Int? {
        let text = found.text("n")
        if text == "last" { return count - 1 }
        guard Int(text) == nil, NumberWords.integer([text]) == nil, let n = CalendarWords.dayOfMonth([text]), n <= count
        else { return nil }
        return n - 1
    }

    private static func nth(_ found: Found) -> String? {
        guard let word = word(found), let n = ordinal(found, count: word.count) else { return nil }
        return "The \(found.text("n")) letter of \(word) is \(String(Array(word)[n]).uppercased())."
    }

    private static func neighbor(_ found: Found) -> String? {
        guard let letter = letter(found), let place = alphabet.firstIndex(of: letter), found.text("letter").count == 1,
            let step = ["after": 1, "before": -1, "follows": 1, "precedes": -1][found.text("side")]
        else { return nil }
        let name = letter.uppercased()
        guard alphabet.indices.contains(place + step) else {
            return "\(name) is the \(step > 0 ? "last" : "first") letter of the alphabet."
        }
        return "\(alphabet[place + step].uppercased()) comes \(step > 0 ? "after" : "before") \(name)."
    }
}

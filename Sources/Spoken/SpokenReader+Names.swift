// Reads letters: abbreviations, months, Roman numerals, initials, words.

extension SpokenReader {
    mutating func readLetters() {
        if readScheme() || readMultiplication() || readForeignMoney() || readMonth() || readDottedLetters()
            || readSlashedLetters()
        {
            return
        }
        let token = tokens[at], word = token.small
        if readAbbreviation(word) || readRoman(token) { return }
        if token.letters == .upper || token.letters == .mixed, readInitials(token) { return }
        say(word)
        at += 1
    }

    private mutating func say(phrase: String, _ count: Int) {
        say(phrase.split(separator: " ").map(String.init))
        at += count
    }

    /// "3 x 4", "5x"; in "2x + 1" the x is a variable.
    private mutating func readMultiplication() -> Bool {
        guard isBehindQuantity, tokens[at].text == "x" || tokens[at].text == "X" else { return false }
        let isTimes = isGlued(0) && gluedKind(1) != .letters
        guard isTimes || kind(1) == .digits else { return false }
        guard kind(1) == .digits || !isSum(-2) && !isSum(1) else { return false }
        readTimes(isSure: true)
        return true
    }

    private func isSum(_ offset: Int) -> Bool { isSign(offset, "+") || isSign(offset, "-") || isSign(offset, "=") }

    /// "US$5", "EUR 20"
    private mutating func readForeignMoney() -> Bool {
        guard tokens[at].letters == .upper, tokens[at].text.utf8.count <= 3 else { return false }
        if let sign = glued(1), let currency = SpokenUnits.currencies[sign.text], gluedKind(2) == .digits {
            say(tokens[at].small.map { String($0) })
            return readMoney(currency, count: 2)
        }
        guard let currency = SpokenUnits.currencies[tokens[at].text], kind(1) == .digits else { return false }
        return readMoney(currency, count: 1)
    }

    /// "e.g.", "U.S.A.", "J. R. R."
    private mutating func readDottedLetters() -> Bool {
        guard tokens[at].text.utf8.count <= 2 else { return false }
        var letters: [String] = [], n = 0
        while letters.count < 8, let token = n == 0 ? self[0] : glued(n), token.kind == .letters,
            token.text.utf8.count == 1 || token.text.utf8.count == 2 && letters.count < 2
        {
            letters.append(token.small)
            guard isGlued(n + 1, ".") else { break }
            n += 2
        }
        let joined = letters.joined()
        let isKnown = SpokenNames.dotted[joined] != nil
        guard letters.count > 1, isKnown || letters.allSatisfy({ $0.utf8.count == 1 }) else { return false }
        let last = 2 * letters.count - 1
        say(phrase: SpokenNames.dotted[joined] ?? letters.joined(separator: " "), isGlued(last, ".") ? last + 1 : last)
        return true
    }

    /// "w/o"
    private mutating func readSlashedLetters() -> Bool {
        guard tokens[at].text.utf8.count == 1, isGlued(1, "/") else { return false }
        if let second = glued(2), let phrase = SpokenNames.slashed[tokens[at].small + "/" + second.small] {
            say(phrase: phrase, 3)
            return true
        }
        guard tokens[at].text == "w", !isGlued(2) else { return false }
        say(phrase: "with", 2)
        return true
    }

    // MARK: Abbreviations

    private mutating func readAbbreviation(_ word: String) -> Bool {
        guard word.utf8.count <= 6, !tokens[at].isElided || word == "oclock" else { return false }
        let isStopped = isGlued(1, "."), next = self[isStopped ? 2 : 1]
        let length = isStopped ? 2 : 1
        if word == "st" || word == "dr" && isStopped, let phrase = street(word, next, isStopped) {
            say(phrase: phrase, length)
            return true
        }
        if let phrase = SpokenNames.always[word] {
            say(phrase: phrase, length)
            return true
        }
        if word == "ms", tokens[at].letters == .capital {
            say(phrase: "miss", length)
            return true
        }
        guard isStopped else { return false }
        let isName = next?.kind == .letters && next?.letters != .lower && next?.gap == .space
        let isNumber = next?.isNumber == true
        let phrase =
            SpokenNames.stopped[word] ?? (isNumber ? SpokenNames.counters[word] : nil)
            ?? (isName && tokens[at].letters != .lower ? SpokenNames.titles[word] : nil)
        guard let phrase else { return false }
        say(phrase: phrase, 2)
        return true
    }

    /// "St. John", "Main St."; "Dr. No", "Sunset Dr."
    private func street(_ word: String, _ next: SpokenToken?, _ isStopped: Bool) -> String? {
        let isName = next?.kind == .letters && next?.letters == .capital && next?.gap == .space
        let isBehindName = at > 1 && kind(-1) == .letters && self[-1]?.letters == .capital && self[0]?.gap == .space
        let names = word == "st" ? (first: "saint", last: "street") : (first: "doctor", last: "drive")
        if isBehindName, !isName || self[-2]?.isNumber == true { return names.last }
        return isName || word == "dr" ? names.first : isStopped ? names.last : nil
    }

    // MARK: Roman numbers

    /// "Henry VIII", "World War II", "MMXXVI"
    private mutating func readRoman(_ token: SpokenToken) -> Bool {
        guard token.letters == .upper || token.text.utf8.count == 1 && token.letters == .capital, !token.isElided,
            let value = RomanNumber.value(token.text)
        else { return false }
        let count = token.text.utf8.count, isBehindSpace = token.gap == .space && kind(-1) == .letters
        if count > 3, token.text.hasPrefix("M"), value < 2100 {
            say(NumberWords.year(value))
            at += 1
            return true
        }
        guard isBehindSpace, value < 40 else { return false }
        let isNumbered = SpokenNames.numbered.contains(wordBefore)
        guard isNumbered || count > 1 && (self[-1]!.letters == .capital) else { return false }
        let isRuler = SpokenNames.rulers.contains(wordBefore)
        say(isRuler ? ["the"] + NumberWords.ordinal(value) : NumberWords.cardinal(value))
        at += 1
        return true
    }

    // MARK: Initials

    /// "FBI" is spelled, "NASA" is a word, "CPUs" is spelled with an s.
    private mutating func readInitials(_ token: SpokenToken) -> Bool {
        var text = token.text
        let isPlural = text.utf8.count > 2 && text.hasSuffix("s") && text.dropLast().utf8.allSatisfy { $0 < 97 }
        guard token.letters == .upper && !token.isElided || isPlural else { return false }
        if isPlural { text.removeLast() }
        let isJoined = isGlued(1, "&") || isGlued(0) && isSign(-1, "&")
        guard isJoined && text.utf8.count < 4 || Initials.isSpelled(text.lowercased(), isShouted: isShouted) else {
            return false
        }
        say(text.lowercased().map { String($0) })
        if isPlural { say("s") }
        at += 1
        return true
    }

    /// Whether the next token's neighbours, or the whole text, are in capitals.
    private var isShouted: Bool {
        func isUpper(_ token: SpokenToken?) -> Bool {
            token.map { $0.letters == .upper && $0.text.utf8.count > 1 } ?? false
        }
        return !hasSmallLetters || isUpper(self[-1]) || isUpper(self[1])
    }
}

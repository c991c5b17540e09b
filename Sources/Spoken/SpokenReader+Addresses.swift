// Reads web and mail addresses and file names: "www.example.com", "a@b.com", "notes.txt".

extension SpokenReader {
    private static let domains: Set<String> = [
        "com", "org", "net", "edu", "gov", "io", "dev", "app", "ai", "info", "uk", "de", "fr", "eu", "us", "ca", "co",
        "tv", "me", "ch", "at", "au",
    ]
    private static let files: Set<String> = [
        "txt", "md", "pdf", "json", "csv", "swift", "py", "js", "ts", "html", "png", "jpg", "jpeg", "gif", "mp3", "mp4",
        "wav", "zip", "docx", "xlsx",
    ]
    private static let signs: [String: [String]] = [
        ".": ["dot"], "/": ["slash"], "-": ["dash"], "_": ["underscore"], "@": ["at"], ":": ["colon"],
        "?": ["question", "mark"],
        "=": ["equals"], "&": ["and"], "#": ["hash"], "%": ["percent"], "~": ["tilde"], "+": ["plus"],
    ]

    /// Says the space-delimited part that ends at `end` if it is an address. Called once per part.
    mutating func readAddress(before end: Int) -> Bool {
        guard end - at > 2, let dot = (at..<end).last(where: { tokens[$0].isSign(".") }), dot > at else { return false }
        var first = at
        while first < end, tokens[first].kind == .sign, tokens[first].text != "@" { first += 1 }
        let last = withoutSigns(first, end)
        guard isMail(first, last) || isDomain(first, last) else { return false }
        sayAddress(first, last)
        at = last
        return true
    }

    /// "https://" and the rest of its part, anywhere in the part.
    mutating func readScheme() -> Bool {
        guard isGlued(1, ":"), isGlued(2, "/"), isGlued(3, "/"),
            ["http", "https", "ftp", "ws", "wss"].contains(tokens[at].small)
        else { return false }
        let last = withoutSigns(at + 4, max(at + 4, partEnd))
        sayAddress(at + 4, last)
        at = last
        return true
    }

    /// The end of a part without its trailing signs.
    private func withoutSigns(_ first: Int, _ end: Int) -> Int {
        var last = end
        while last > first, tokens[last - 1].kind == .sign { last -= 1 }
        return last
    }

    private func isMail(_ first: Int, _ last: Int) -> Bool {
        guard let sign = (first..<last).first(where: { tokens[$0].isSign("@") }), sign > first, sign + 3 < last else {
            return false
        }
        return tokens[sign - 1].kind != .sign && tokens[sign + 1].kind != .sign && tokens[last - 1].kind == .letters
            && (sign..<last).contains { tokens[$0].isSign(".") }
    }

    /// Names joined by dots, of which the last is a known ending.
    private func isDomain(_ first: Int, _ last: Int) -> Bool {
        var i = first, ending = first
        while i < last,
            tokens[i].kind == .letters || tokens[i].kind == .digits || ["-", ".", "_"].contains(tokens[i].text)
        {
            if tokens[i].kind == .letters, i > first, tokens[i - 1].isSign(".") { ending = i }
            i += 1
        }
        guard ending > first, ending == i - 1 else { return false }
        let name = tokens[ending].small
        if Self.domains.contains(name), tokens[ending].letters != .capital {
            return i == last || ["/", ":", "?", "#"].contains(tokens[i].text)
        }
        return tokens[first].small == "www" || i == last && Self.files.contains(name)
    }

    private mutating func sayAddress(_ first: Int, _ last: Int) {
        for i in first..<last {
            let token = tokens[i]
            switch token.kind {
            case .letters: say(label(token.small, isBehindDot: i > first && tokens[i - 1].isSign(".")))
            case .digits: say(token.text.utf8.count < 4 ? Self.number(token.text) : NumberWords.digits(token.text))
            default: say(Self.signs[token.text] ?? [])
            }
        }
    }

    /// Spelled out if it has no vowels, or has two letters and follows a dot.
    private func label(_ name: String, isBehindDot: Bool) -> [String] {
        let isShort = name.utf8.count == 2 && isBehindDot && name != "co" && name != "me"
        let isSpelled = name.utf8.count > 1 && name.utf8.count < 6 && !name.contains { "aeiouy".contains($0) }
        return isShort || isSpelled ? name.map { String($0) } : [name]
    }
}

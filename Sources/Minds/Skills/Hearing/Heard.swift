// A request as words.

/// The words of a request. Spoken and typed requests look alike here: "What's 7*8?" is `what is 7 * 8`.
struct Heard: Sendable {
    let words: [HeardWord]
    let texts: [String]

    init(words: [HeardWord]) {
        self.words = words
        texts = words.map(\.text)
    }

    /// Nil where there is no word, or too many.
    init?(_ request: String) {
        var reader = WordReader(request)
        let words = reader.words()
        guard !words.isEmpty, words.count <= Skills.requestWordsMax else { return nil }
        self.init(words: words)
    }

    func written(_ range: Range<Int>) -> String {
        words[range].reduce(into: "") { line, word in
            if word.written.isEmpty { return }
            if !line.isEmpty { line += " " }
            line += word.written
        }
    }

    // MARK: Courtesies

    /// The request as it is, without words around it ("ok", "please"), and without what asks for an answer ("can you tell me").
    var readings: [Heard] {
        let plain = Self.trimmed(words[...])
        var inner = plain
        while let rest = Self.opener.firstNonNil({ $0.after(inner) }), !rest.isEmpty { inner = Self.trimmed(rest) }
        let direct = Self.direct(inner)
        var result = [self]
        for reading in [plain, inner, direct] where !reading.isEmpty && reading.count < result.last!.words.count {
            result.append(Heard(words: Array(reading)))
        }
        if direct != inner { result.append(Heard(words: Array(direct))) }
        return result
    }

    private static let before: Set<String> = [
        "hey", "hi", "hello", "ok", "okay", "so", "well", "um", "uh", "er", "ah", "oh", "please", "hmm", "sorry",
        "great", "cool", "then",
        "also", "alright", "thanks", "duet", "yes", "yeah", "now", "kindly", "just",
    ]
    private static let after: [Opener] = [
        "for me", "thank you", "right now", "please", "thanks", "now", "duet", "then", "today please",
    ]
    .map(Opener.init)
    private static let opener: [Opener] = [
        "can you please tell me", "could you please tell me", "can you tell me", "could you tell me",
        "would you tell me",
        "will you tell me", "please tell me", "tell me", "do you happen to know", "do you know", "do you remember",
        "i want to know", "i would like to know", "i need to know", "let me know", "remind me", "can you remind me",
        "i want you to", "i would like you to", "can you please", "could you please", "would you please", "can you",
        "could you", "would you", "will you", "excuse me", "all right", "i wonder", "thank you", "i need you to please",
        "i need you to",
        "go ahead and", "i wanna know", "i wish i knew", "i do not know", "i am not sure", "i forget", "i forgot",
        "what do you get if you", "what do you get when you", "would you mind", "please give me", "give me",
        "help me", "show me", "i am needing to know", "may i know", "i can not figure out", "i need help",
        "i need", "i would like", "feel free to",
    ].map(Opener.init)

    private static func trimmed(_ words: ArraySlice<HeardWord>) -> ArraySlice<HeardWord> {
        var rest = words
        while let first = rest.first, rest.count > 1, before.contains(first.text) { rest = rest.dropFirst() }
        while let shorter = after.firstNonNil({ $0.before(rest) }), !shorter.isEmpty { rest = shorter }
        return rest
    }

    /// "what the capital of france is" as "what is the capital of france".
    private static func direct(_ words: ArraySlice<HeardWord>) -> ArraySlice<HeardWord> {
        let asking: Set<String> = ["what", "who", "where", "when"]
        guard words.count > 2, let first = words.first, let last = words.last else { return words }
        let isLong = first.text == "how" && words.dropFirst().first?.text == "much"
        guard asking.contains(first.text) || isLong, ["is", "are"].contains(last.text) else { return words }
        let head = isLong ? 2 : 1
        return words.prefix(head) + [last] + words.dropFirst(head).dropLast()
    }
}

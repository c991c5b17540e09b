// Texts as plain words, so that two writings of the same speech are equal.

internal import Spoken

/// For word error rates, both texts are read as `PlainWords`: numbers and signs as they are said, small letters without punctuation,
/// contractions in full, and one spelling for words that have two.
enum PlainWords {
    static func of(_ text: String) -> [String] {
        let lower = text.lowercased().replacing("’", with: "'")
        let full = lower.split(separator: " ").map { expanded(String($0)) }.joined(separator: " ")
        return SpokenText(full).words.flatMap { spellings[$0] ?? [$0] }
    }

    /// A contraction in full. An "'s" that may be a genitive stays.
    private static func expanded(_ word: String) -> String {
        let letters = word.filter { $0.isLetter || $0 == "'" }
        guard let ending = endings.first(where: { letters.hasSuffix($0.short) }) else {
            return irregular[letters] ?? word
        }
        if let whole = irregular[letters] { return whole }
        let stem = letters.dropLast(ending.short.count)
        return ending.stems?.contains(String(stem)) ?? !stem.isEmpty ? stem + " " + ending.long : word
    }

    private static let endings: [(short: String, long: String, stems: Set<String>?)] = [
        ("n't", "not", nil), ("'m", "am", ["i"]), ("'re", "are", nil), ("'ve", "have", nil), ("'ll", "will", nil),
        ("'d", "would", nil),
        (
            "'s", "is",
            ["it", "that", "what", "he", "she", "there", "here", "who", "where", "how", "when"]
        ),
    ]
    private static let irregular = [
        "can't": "can not", "won't": "will not", "cannot": "can not", "let's": "let us", "gonna": "going to",
        "wanna": "want to", "gotta": "got to",
    ]
    private static let spellings: [String: [String]] = [
        "ok": ["okay"], "alright": ["all", "right"], "login": ["log", "in"], "logon": ["log", "on"],
        "voicemail": ["voice", "mail"], "voicemails": ["voice", "mails"], "mailbox": ["mail", "box"],
        "email": ["e", "mail"], "grey": ["gray"],
        "colour": ["color"], "favourite": ["favorite"], "cancelled": ["canceled"], "uhhuh": ["uh", "huh"],
        "filename": ["file", "name"], "touchtone": ["touch", "tone"], "rerecord": ["re", "record"],
        "oz": ["ounce"], "ounces": ["ounce"], "mr": ["mister"], "callback": ["call", "back"],
    ]
}

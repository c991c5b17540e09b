// Tables of characters beyond ASCII, and the words for signs.

enum SpokenTables {
    /// Small letters with diacritics, by the letter that is said for them.
    private static let marked = [
        "a": "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ", "b": "ḃḅḇɓ", "c": "çćĉċčḉ", "d": "ďđḋḍḏḑḓɗ",
        "e": "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệəɛ",
        "f": "ḟƒ", "g": "ĝğġģǧǵḡ", "h": "ĥħȟḣḥḧḩḫẖ", "i": "ìíîïĩīĭįıǐȉȋḭḯỉịİ", "j": "ĵǰ", "k": "ķĸǩḱḳḵƙ",
        "l": "ĺļľŀłḷḹḻḽ", "m": "ḿṁṃ",
        "n": "ñńņňŉǹṅṇṉṋ", "ng": "ŋ", "o": "òóôõöøōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợɔ", "p": "ṕṗ", "r": "ŕŗřȑȓṙṛṝṟ",
        "s": "śŝşšșṡṣṥṧṩſ",
        "t": "ţťŧțṫṭṯṱẗ", "u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự", "v": "ṽṿ", "w": "ŵẁẃẅẇẉẘ", "x": "ẋẍ",
        "y": "ýÿŷȳẏẙỳỵỷỹ", "z": "źżžẑẓẕ",
        "ss": "ßẞ", "ae": "æǽ", "oe": "œ", "th": "þ", "dh": "ð", "ij": "ĳ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ", "ffi": "ﬃ",
        "ffl": "ﬄ",
        "st": "ﬆﬅ",
    ]
    /// Variants of ASCII characters.
    private static let written = [
        "'": "‘’‚‛ʼʻ´′＇", "\"": "“”„‟«»″〝〞〟", "-": "‐‑⁃﹣", ":": "∶", "/": "⁄∕", "*": "∗", "~": "∼", "TM": "™",
        "No.": "№", "°C": "℃",
        "°F": "℉", "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈", "9": "₉",
    ]
    private static let powers = [
        "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹", "-": "⁻",
    ]
    private static let fractions = [
        "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "2/5": "⅖", "3/5": "⅗", "4/5": "⅘",
        "1/6": "⅙",
        "5/6": "⅚", "1/7": "⅐", "1/8": "⅛", "3/8": "⅜", "5/8": "⅝", "7/8": "⅞", "1/9": "⅑", "1/10": "⅒",
    ]
    /// Signs that have rules, by their normal form.
    private static let signs = [
        "–": "–", "—": "—‒―", "−": "−", "×": "×✕✖", "°": "°º", "€": "€", "£": "£", "¥": "¥￥", "₹": "₹", "₩": "₩",
        "₽": "₽", "₺": "₺",
        "¢": "¢", "µ": "µμ", "Ω": "ΩΩ", "≈": "≈≅",
    ]
    /// Characters that are always said with the same words.
    private static let names = [
        "divided by": "÷➗", "does not equal": "≠", "is at most": "≤", "is at least": "≥", "plus or minus": "±",
        "square root of": "√",
        "infinity": "∞", "equals": "⩵", "per mille": "‰", "section": "§", "paragraph": "¶", "copyright": "©",
        "registered": "®",
        "bitcoin": "₿", "plus": "➕", "minus": "➖", "to": "→➔➜➡⟶⇒", "from": "←⬅⇐", "up": "↑⬆", "down": "↓⬇",
        "check": "✓✔✅☑",
        "cross": "✗✘❌", "star": "★☆⭐", "heart": "❤♥♡", "sharp": "♯", "flat": "♭", "note": "♪♫♩♬", "smile": "☺",
        "approximately": "≃",
        "partial": "∂", "sum": "∑", "product": "∏", "integral": "∫", "element of": "∈", "for all": "∀",
        "there exists": "∃",
        "empty set": "∅", "and": "∧", "or": "∨", "not": "¬",
    ]
    /// The Greek letters from alpha on, in Unicode order.
    static let greek = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi",
        "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ]

    static let characters: [Unicode.Scalar: SpokenCharacters.Folded] = {
        var table: [Unicode.Scalar: SpokenCharacters.Folded] = [:]
        func add(_ rows: [String: String], _ folded: (String) -> SpokenCharacters.Folded) {
            for (text, characters) in rows { for c in characters.unicodeScalars { table[c] = folded(text) } }
        }
        add(marked) { .letters($0) }
        add(written) { .ascii($0) }
        add(powers) { .power($0) }
        add(fractions) { .fraction($0) }
        add(signs) { .sign($0) }
        add(names) { .name($0) }
        // The ellipsis, bullets, and the zero-width space.
        for c in "…·•‣∙⋅\u{200B}".unicodeScalars { table[c] = .space(.space) }
        // No-break and thin spaces, which also separate thousands.
        for c in "\u{A0}\u{202F}\u{2007}\u{2009}".unicodeScalars { table[c] = .space(.narrow) }
        return table
    }()

    /// Words of a Unicode name that are not worth saying.
    private static let empty: Set<String> = [
        "sign", "symbol", "heavy", "black", "white", "letter", "regional", "indicator", "with",
    ]

    /// A Unicode name as people would say it.
    static func short(_ name: String) -> String {
        let words = name.utf8.split { !(65...90).contains($0) }.map { word in
            String(decoding: word.map { $0 | 32 }, as: UTF8.self)
        }
        let kept = words.filter { !empty.contains($0) }
        return (kept.isEmpty ? words : kept).joined(separator: " ")
    }
}

// Contractions written out, and British spellings as American ones.

enum Contractions {
    /// The words that `written` stands for.
    static func expanded(_ written: String) -> [HeardWord] {
        let text = written.lowercased().replacing("’", with: "'")
        if let whole = whole[text] { return words(whole, written) }
        for (ending, second) in endings where text.hasSuffix(ending) {
            let first = String(text.dropLast(ending.count))
            if ending != "'s" || ownersOfIs.contains(first) { return words("\(first) \(second)", written) }
        }
        if text.hasSuffix("'s") {
            return [
                HeardWord(text: spelling(String(text.dropLast(2))), written: written),
                HeardWord(text: "'s", written: ""),
            ]
        }
        return [HeardWord(text: spelling(text), written: written)]
    }

    private static func words(_ texts: String, _ written: String) -> [HeardWord] {
        texts.split(separator: " ").enumerated().map { index, text in
            HeardWord(text: String(text), written: index == 0 ? written : "")
        }
    }

    private static func spelling(_ word: String) -> String { american[word] ?? word }

    private static let endings = [
        ("n't", "not"), ("'re", "are"), ("'m", "am"), ("'ve", "have"), ("'ll", "will"), ("'d", "would"), ("'s", "is"),
    ]
    private static let ownersOfIs: Set<String> = [
        "what", "who", "where", "when", "how", "it", "that", "there", "here", "he", "she", "which",
    ]
    private static let whole = [
        "can't": "can not", "cannot": "can not", "cant": "can not", "won't": "will not", "wont": "will not",
        "dont": "do not", "didnt": "did not", "isnt": "is not", "whats": "what is", "whos": "who is",
        "wheres": "where is", "hows": "how is", "thats": "that is", "im": "i am", "ive": "i have", "youre": "you are",
        "lets": "let us", "let's": "let us", "o'clock": "oclock", "howre": "how are",
    ]
    private static let american = [
        "favourite": "favorite", "colour": "color", "colours": "colors", "neighbour": "neighbor",
        "neighbours": "neighbors", "metre": "meter", "metres": "meters", "litre": "liter", "litres": "liters",
        "kilometre": "kilometer", "kilometres": "kilometers", "centimetre": "centimeter",
        "centimetres": "centimeters", "millimetre": "millimeter", "millimetres": "millimeters", "maths": "math",
        "kilogramme": "kilogram", "kilogrammes": "kilograms", "gramme": "gram", "grammes": "grams",
    ]
}

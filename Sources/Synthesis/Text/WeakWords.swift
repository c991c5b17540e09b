// Words that sound otherwise in a sentence than alone.

enum WeakWords {
    /// In espeak-ng's symbols, without stress.
    static let table: [String: String] = [
        "the": "ðə", "a": "ɐ", "an": "ɐn", "to": "tə", "of": "ʌv", "and": "ænd", "for": "fɔːɹ", "is": "ɪz",
        "are": "ɑːɹ", "was": "wʌz",
        "in": "ɪn", "at": "æt", "that": "ðæt", "with": "wɪð", "from": "fɹʌm", "i": "aɪ", "you": "juː", "your": "jʊɹ",
        "can": "kæn",
        "will": "wɪl", "it": "ɪt", "my": "maɪ", "he": "hiː", "her": "hɜː", "she": "ʃiː", "we": "wiː", "they": "ðeɪ",
        "them": "ðɛm",
        "his": "hɪz", "its": "ɪts", "it's": "ɪts", "be": "biː", "been": "bɪn", "or": "ɔːɹ", "but": "bʌt", "as": "æz",
        "by": "baɪ",
        "has": "hæz", "have": "hæv", "had": "hæd", "were": "wɜː", "me": "miː", "us": "ʌs", "our": "aʊɚ", "their": "ðɛɹ",
        "this": "ðɪs",
        "i'm": "aɪm", "you're": "jʊɹ", "on": "ɔn", "if": "ɪf", "than": "ðɐn", "am": "æm", "would": "wʊd",
        "could": "kʊd", "should": "ʃʊd",
    ]

    /// In misaki's symbols: where the lexicon's first pronunciation is the rarer one.
    static let corrections = ["live": "lˈɪv", "lives": "lˈɪvz", "lived": "lˈɪvd", "use": "jˈuz", "close": "klˈOz"]
}

// Words that are not read as written, and words that decide how their neighbours are read.

enum SpokenNames {
    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    /// Numbers of the full and short names, counted from 1.
    static let monthNumbers: [String: Int] = {
        var numbers = ["sept": 9]
        for (i, name) in months.enumerated() { (numbers[name], numbers[String(name.prefix(3))]) = (i + 1, i + 1) }
        return numbers
    }()
    /// After these words, a number of four digits is a year.
    static let beforeYears: Set<String> = [
        "in", "since", "year", "until", "till", "during", "circa", "late", "early", "mid", "spring", "summer", "autumn",
        "fall", "winter",
        "christmas", "copyright", "class", "born", "died", "anno",
    ]
    static let eras: Set<String> = ["BC", "AD", "BCE", "CE"]
    static let beforeDecades: Set<String> = ["the", "early", "mid", "late", "his", "her", "their", "my", "our", "your"]
    static let beforePhones: Set<String> = [
        "call", "phone", "telephone", "tel", "number", "dial", "fax", "text", "at", "is",
    ]
    /// After these, a hyphen between numbers is a minus.
    static let beforeSums: Set<String> = [
        "what", "is", "whats", "calculate", "compute", "equals", "plus", "minus", "times", "equal", "=", "+", "*",
        "solve", "much",
    ]
    /// After these, a hyphen between numbers is "to".
    static let beforeScores: Set<String> = [
        "won", "lost", "score", "beat", "win", "result", "led", "leads", "tied", "pages", "page", "from",
    ]

    /// Expanded with or without a full stop.
    static let always: [String: String] = [
        "mr": "mister", "mrs": "missus", "dr": "doctor", "prof": "professor", "etc": "et cetera", "vs": "versus",
        "jr": "junior", "sr": "senior",
        "approx": "approximately", "dept": "department", "govt": "government", "ok": "okay", "oclock": "o clock",
        "aka": "a k a",
        "tv": "t v", "pm": "p m", "pc": "p c", "dj": "d j", "id": "i d",
    ]
    /// Expanded only with a full stop.
    static let stopped: [String: String] = [
        "inc": "incorporated", "ltd": "limited", "corp": "corporation", "ave": "avenue", "blvd": "boulevard",
        "est": "established",
        "misc": "miscellaneous", "incl": "including", "excl": "excluding", "tel": "telephone", "tues": "tuesday",
        "thurs": "thursday",
        "hrs": "hours", "hwy": "highway", "univ": "university", "assn": "association", "temp": "temperature",
        "avg": "average",
        "ms": "miss", "viz": "namely", "ca": "circa", "cf": "compare",
    ]
    /// Expanded with a full stop before a name.
    static let titles: [String: String] = [
        "capt": "captain", "gen": "general", "sen": "senator", "rep": "representative", "gov": "governor",
        "lt": "lieutenant",
        "col": "colonel", "sgt": "sergeant", "rev": "reverend", "hon": "honorable", "mt": "mount", "ft": "fort",
        "pres": "president",
        "msgr": "monsignor", "cmdr": "commander", "adm": "admiral", "fr": "father",
    ]
    /// Expanded with a full stop before a number.
    static let counters: [String: String] = [
        "no": "number", "fig": "figure", "vol": "volume", "ch": "chapter", "sec": "section", "p": "page", "pp": "pages",
        "ext": "extension",
        "apt": "apartment", "eq": "equation", "nos": "numbers", "ed": "edition", "art": "article", "max": "maximum",
        "min": "minimum",
    ]
    /// Abbreviations with full stops between their letters.
    static let dotted: [String: String] = [
        "eg": "for example", "ie": "that is", "phd": "p h d", "aka": "also known as",
    ]
    /// Two letters with a slash between them.
    static let slashed: [String: String] = [
        "w/o": "without", "n/a": "not applicable", "c/o": "care of", "b/c": "because",
    ]

    /// Kings and popes: a Roman numeral after them is an ordinal.
    static let rulers: Set<String> = [
        "henry", "louis", "charles", "george", "edward", "elizabeth", "william", "james", "richard", "philip",
        "frederick", "john", "paul",
        "pius", "benedict", "gregory", "alexander", "nicholas", "catherine", "mary", "leo", "francis", "peter", "ivan",
        "otto", "napoleon",
        "wilhelm", "ramses", "xerxes", "darius", "innocent", "clement", "urban", "boniface", "ferdinand", "leopold",
        "gustav", "christian",
        "haakon", "cleopatra", "ptolemy", "juan", "felipe", "umberto", "alfonso", "robert", "albert", "victor",
        "margaret", "anne",
    ]
    /// A Roman numeral after them is a cardinal, even if it is a single letter.
    static let numbered: Set<String> = [
        "war", "part", "chapter", "volume", "section", "phase", "type", "level", "act", "scene", "book", "episode",
        "class", "grade", "stage",
        "appendix", "article", "title", "figure", "table", "version", "bowl", "fantasy", "category", "round", "group",
        "unit", "tier", "olympiad",
    ]
}

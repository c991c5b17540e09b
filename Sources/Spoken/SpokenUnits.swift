// Units and currencies, by their abbreviations.

struct SpokenUnit {
    var one: [String]
    var many: [String]

    init(_ one: String, _ many: String? = nil) {
        self.one = one.split(separator: " ").map(String.init)
        self.many = many.map { $0.split(separator: " ").map(String.init) } ?? NumberWords.plural(self.one)
    }
}

struct SpokenCurrency {
    var unit: SpokenUnit
    /// A hundredth of the unit; nil if people name none.
    var part: SpokenUnit?

    init(_ one: String, _ many: String? = nil, part: SpokenUnit? = nil) {
        unit = SpokenUnit(one, many)
        self.part = part
    }
}

enum SpokenUnits {
    /// By abbreviation, case-sensitive.
    static let units: [String: SpokenUnit] = {
        var table = [
            "ft": SpokenUnit("foot", "feet"), "in": SpokenUnit("inch", "inches"), "Hz": SpokenUnit("hertz", "hertz"),
            "hz": SpokenUnit("hertz", "hertz"), "mph": SpokenUnit("mile per hour", "miles per hour"),
            "kph": SpokenUnit("kilometer per hour", "kilometers per hour"),
            "kmh": SpokenUnit("kilometer per hour", "kilometers per hour"),
            "rpm": SpokenUnit("revolution per minute", "revolutions per minute"),
            "fps": SpokenUnit("frame per second", "frames per second"),
            "bpm": SpokenUnit("beat per minute", "beats per minute"),
            "ppm": SpokenUnit("part per million", "parts per million"),
            "lux": SpokenUnit("lux", "lux"), "dpi": SpokenUnit("dot per inch", "dots per inch"),
        ]
        let plain = [
            "mi": "mile", "yd": "yard", "lb": "pound", "lbs": "pound", "oz": "ounce", "gal": "gallon", "kt": "knot",
            "min": "minute", "mins": "minute", "sec": "second", "secs": "second", "h": "hour", "hr": "hour",
            "hrs": "hour",
            "yr": "year", "yrs": "year", "wk": "week", "wks": "week", "mo": "month", "kcal": "kilocalorie",
            "cal": "calorie",
            "dB": "decibel", "px": "pixel", "pt": "point", "pts": "point", "ha": "hectare", "bar": "bar",
            "mAh": "milliamp hour", "Wh": "watt hour", "kWh": "kilowatt hour", "MWh": "megawatt hour",
            "GWh": "gigawatt hour",
            "KB": "kilobyte", "kbps": "kilobit per second", "Mbps": "megabit per second", "Gbps": "gigabit per second",
            "rad": "radian", "deg": "degree", "doz": "dozen", "kB": "kilobyte", "kb": "kilobit", "mb": "megabyte",
            "gb": "gigabyte",
            "tb": "terabyte",
        ]
        for (short, name) in plain {
            let words = name.split(separator: " ").map(String.init), first = NumberWords.plural([words[0]])
            let isRate = words.dropFirst().first == "per"
            table[short] =
                isRate ? SpokenUnit(name, (first + words.dropFirst()).joined(separator: " ")) : SpokenUnit(name)
        }
        let bases = [
            "m": "meter", "g": "gram", "l": "liter", "L": "liter", "s": "second", "W": "watt", "V": "volt",
            "A": "ampere",
            "J": "joule", "N": "newton", "Pa": "pascal", "Hz": "hertz", "B": "byte", "b": "bit", "eV": "electronvolt",
            "bar": "bar",
        ]
        let prefixes = [
            "": "", "k": "kilo", "M": "mega", "G": "giga", "T": "tera", "m": "milli", "c": "centi", "d": "deci",
            "h": "hecto",
            "n": "nano", "µ": "micro",
        ]
        for (letter, prefix) in prefixes {
            for (short, name) in bases where table[letter + short] == nil {
                table[letter + short] =
                    name == "hertz" ? SpokenUnit(prefix + name, prefix + name) : SpokenUnit(prefix + name)
            }
        }
        // In "Room 12B", the letter is not a unit.
        for letter in ["A", "B", "N", "J", "b"] { table[letter] = nil }
        return table
    }()

    /// After a number and a space, these are ordinary words or too short to be units.
    static let gluedOnly: Set<String> = ["in", "mo", "bar", "pt", "deg", "doz"]

    static let degrees = [
        "C": SpokenUnit("degree celsius", "degrees celsius"),
        "F": SpokenUnit("degree fahrenheit", "degrees fahrenheit"),
        "K": SpokenUnit("degree kelvin", "degrees kelvin"), "": SpokenUnit("degree"),
    ]

    private static let cent = SpokenUnit("cent")
    static let currencies = [
        "$": SpokenCurrency("dollar", part: cent), "€": SpokenCurrency("euro", part: cent),
        "£": SpokenCurrency("pound", part: SpokenUnit("penny", "pence")), "¥": SpokenCurrency("yen", "yen"),
        "₹": SpokenCurrency("rupee", part: SpokenUnit("paisa", "paise")), "₩": SpokenCurrency("won", "won"),
        "₽": SpokenCurrency("ruble", part: SpokenUnit("kopek")), "₺": SpokenCurrency("lira", "lira"),
        "¢": SpokenCurrency("cent"),
        "USD": SpokenCurrency("us dollar", part: cent), "EUR": SpokenCurrency("euro", part: cent),
        "GBP": SpokenCurrency("pound", part: SpokenUnit("penny", "pence")), "JPY": SpokenCurrency("yen", "yen"),
        "CHF": SpokenCurrency("swiss franc"), "CAD": SpokenCurrency("canadian dollar", part: cent),
        "AUD": SpokenCurrency("australian dollar", part: cent), "CNY": SpokenCurrency("yuan", "yuan"),
        "INR": SpokenCurrency("rupee"),
    ]
    /// Scales after a number.
    static let scales = [
        "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "bn": "billion",
        "b": "billion", "B": "billion",
        "tn": "trillion", "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion",
    ]
}

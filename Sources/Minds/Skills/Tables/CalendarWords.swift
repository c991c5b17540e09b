// Names of days, months and feasts.

enum CalendarWords {
    static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let abbreviations = [
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11,
        "dec": 12,
    ]

    /// 1 to 12, also misheard ("a pearl"); for places where a month must stand.
    static func month(_ words: String) -> Int? {
        exactMonth(words) ?? Sounds.nearest(to: words, among: months, editsMax: 3).flatMap(exactMonth)
    }

    static func exactMonth(_ words: String) -> Int? {
        months.firstIndex(of: words).map { $0 + 1 } ?? abbreviations[words]
    }

    /// 0 is Monday; also misheard.
    static func day(_ words: String) -> Int? {
        days.firstIndex(of: words) ?? Sounds.nearest(to: words, among: days).flatMap { days.firstIndex(of: $0) }
    }

    /// 1 to 31: "twenty first", "5th", "five".
    static func dayOfMonth(_ words: ArraySlice<String>) -> Int? {
        if let number = NumberWords.integer(words) { return (1...31).contains(number) ? number : nil }
        let text = words.joined(separator: " ")
        if words.count == 1, let digits = Int(text.dropLast(2)), text.last?.isLetter == true {
            return (1...31).contains(digits) ? digits : nil
        }
        return (1...31).first { SpokenNumber.ordinal($0).replacing("-", with: " ") == text }
    }

    /// "the fifth of june", "june fifth", "5 june".
    static func date(_ words: [String]) -> (month: Int, day: Int)? {
        let rest = words.filter { $0 != "the" && $0 != "of" && $0 != "on" }
        guard rest.count >= 2 else { return nil }
        if let month = exactMonth(rest[0]), let day = dayOfMonth(rest[1...]) { return (month, day) }
        if let month = exactMonth(rest[rest.count - 1]), let day = dayOfMonth(rest[..<(rest.count - 1)]) {
            return (month, day)
        }
        return nil
    }

    /// The feast of a year.
    static func feast(_ name: String, _ year: Int) -> CivilDate? {
        if name == "easter" || name == "easter sunday" { return CivilDate.easter(year) }
        if name == "good friday" { return CivilDate.easter(year)?.adding(days: -2) }
        if name == "easter monday" { return CivilDate.easter(year)?.adding(days: 1) }
        if name == "thanksgiving" {
            return (22...28).lazy.compactMap { CivilDate(year: year, month: 11, day: $0) }.first { $0.weekday == 3 }
        }
        return feasts[name].flatMap { CivilDate(year: year, month: $0.0, day: $0.1) }
    }

    private static let feasts = [
        "christmas": (12, 25), "christmas day": (12, 25), "xmas": (12, 25), "christmas eve": (12, 24),
        "boxing day": (12, 26),
        "new year": (1, 1), "new years": (1, 1), "new year 's": (1, 1), "new year 's day": (1, 1),
        "new years day": (1, 1),
        "the new year": (1, 1), "next year": (1, 1), "new year 's eve": (12, 31), "new years eve": (12, 31),
        "halloween": (10, 31), "valentine 's day": (2, 14), "valentines day": (2, 14), "st patrick 's day": (3, 17),
        "saint patrick 's day": (3, 17), "april fool 's day": (4, 1), "independence day": (7, 4),
        "the end of the year": (12, 31),
    ]

    /// "Sunday, the twenty-ninth of November".
    static func spoken(_ date: CivilDate) -> String { "\(days[date.weekday].capitalizedFirst), \(spokenDay(date))" }

    static func spokenDay(_ date: CivilDate) -> String {
        "the \(SpokenNumber.ordinal(date.day)) of \(months[date.month - 1].capitalizedFirst)"
    }
}

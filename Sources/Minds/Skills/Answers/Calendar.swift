// Days, months, feasts and leap years.

enum Calendar: Skill {
    static let name = "calendar"

    static let rules: [Rule] = [
        Rule(
            """
            (and)? (what|which) (day|date) (is it|is|was it|was|will it be|will be|it is|it was|of the week is it|of the week is|of the week was) <when+>|
            (what|which) (day|date) (will it be|is it|was it) (in)? <when+>|(what is|what was|what will be) <when+> 's date|(what is|what) (the)? (date|day) (of|on)? <when+>|
            (and)? <when+> (is what day|is which day)|what (was|is) <when>|what day <when+> is|what (will|would) (the|tomorrow 's|yesterday 's)? (date|day) be <when+>|what will be the (date|day) <when+>|<when+> what (day|date) will it be|<when+> what will (it|the (date|day)) be|what would <when+> 's date be|the (date|day) <when+>|<when+> 's date|what the (date|day) (is|will be) (for)? <when+>
            """
        ) { found, occasion in dayOf(found.words("when"), occasion) },
        Rule("when is <feast+>( this year| this time)?|what date is <feast+>") { found, occasion in
            guard let date = nextFeast(found.text("feast"), occasion) else { return nil }
            return
                "\(found.written("feast").capitalizedFirst.replacing(" '", with: "'")) is on \(CalendarWords.spoken(date))."
        },
        Rule(
            """
            how many (<unit>) (are there|are left|left|is it|are there left|are it|remain|do we have|do i have|do we have left)? (until|till|to|before|till) <when+>|
            how long is it (until|till) <when+>|how long (until|till) <when+>|how many (<unit>) (is|are) <when+> away|how far away is <when+>
            """
        ) { found, occasion in until(found, occasion) },
        Rule(
            "(what|which) (month|day) (comes|is|come)( right| directly)? (<side>) <name+>|what comes (<side>) <name+>|(what|which) is the (month|day) <side> <name+>|(and)? <side> <name+>"
        ) { found, _ in
            neighbor(found)
        },
        Rule(
            "how many days (are|is)? (there)? (in|does|do|has) <month+> (have|has|this year)?|how many days <month> has"
        ) { found, occasion in
            days(in: found.words("month"), occasion)
        },
        Rule(
            "how many days (are|is)? (there)? (in|does) (a|one|the) year( have)?",
            says: "A year has three hundred sixty-five days, and a leap year one more."),
        Rule(
            "how many days (are|is)? (there)? (in|does) a leap year( have)?",
            says: "A leap year has three hundred sixty-six days."),
        Rule(
            "how many days (are|is)? (there)? (in|does) (a|one) month( have)?",
            says: "A month has thirty or thirty-one days, and February twenty-eight or twenty-nine."),
        Rule(
            "how many weeks (are|is)? (there)? (in|does) (a|one) year( have)?",
            says: "A year has fifty-two weeks and one day more, or two in a leap year."),
        Rule(
            "how many weeks (are|is)? (there)? (in|does) (a|one) month( have)?",
            says: "A month has a little more than four weeks."),
        Rule(
            "is (it|this year|this|<year+>) a leap year( this year)?|is this year a leap year|was <year+> a leap year|will <year+> be a leap year"
        ) { found, occasion in
            leap(found, occasion)
        },
        Rule(
            "(what is|which is|what) the <n> (month|<what>) (of the year|of a year|of the week|in the year|in a week|in a year)?|(which|what) (month|<what>) is the <n> (of|in) (the|a) (year|week)"
        ) { found, _ in
            nth(found)
        },
        Rule(
            "what (is the last|is the final) month (of|in) (the|a) year|which month is the last( of the year)?",
            says: "December is the last month of the year."),
        Rule(
            "(which|what) is the shortest month( of the year)?|(which|what) month is the shortest|(what|which) month has the fewest days|what month has 28 days",
            says: "February is the shortest month."),
        Rule("(what are|name|say|list) the (seven )?days of the week") { _, _ in
            "The days of the week are \(Sentence.list(CalendarWords.days.map(\.capitalizedFirst)))."
        },
        Rule("(what are|name|say|list) the (twelve )?months( of the year)?") { _, _ in
            "The months are \(Sentence.list(CalendarWords.months.map(\.capitalizedFirst)))."
        },
    ]

    // MARK: Dates

    /// Today, tomorrow, "in three days", "next friday", a feast, a date.
    private static func date(_ words: [String], _ occasion: Occasion) -> CivilDate? {
        let today = occasion.moment.date
        var rest = words.filter { $0 != "on" }
        if rest.last == "now", rest.count > 1 { rest.removeLast(1) }
        let text = rest.joined(separator: " ")
        switch text {
        case "today", "for today": return today
        case "tomorrow", "it tomorrow", "to morrow", "for tomorrow": return today.adding(days: 1)
        case "yesterday": return today.adding(days: -1)
        case "the day after tomorrow": return today.adding(days: 2)
        case "the day before yesterday": return today.adding(days: -2)
        default: break
        }
        if let days = distance(rest) { return today.adding(days: days) }
        if rest.count == 2, ["next", "this", "last"].contains(rest[0]),
            let day = CalendarWords.days.firstIndex(of: rest[1])
        {
            let ahead = (day - today.weekday + 7) % 7
            return today.adding(
                days: rest[0] == "last" ? (ahead == 0 ? -7 : ahead - 7) : rest[0] == "next" && ahead == 0 ? 7 : ahead)
        }
        return named(rest, occasion)
    }

    /// "in three days", "a week ago", "two weeks from now".
    private static func distance(_ words: [String]) -> Int? {
        var rest = words[...], sign = 1
        if rest.first == "in" { rest = rest.dropFirst() }
        if rest.last == "ago" { (rest, sign) = (rest.dropLast(), -1) }
        if rest.suffix(2).elementsEqual(["from", "now"]) || rest.suffix(2).elementsEqual(["from", "today"]) {
            rest = rest.dropLast(2)
        }
        guard rest.count < words.count, let unit = rest.last,
            let length = ["day": 1, "days": 1, "week": 7, "weeks": 7][unit]
        else { return nil }
        let number = rest.dropLast()
        guard let count = NumberWords.integer(number) ?? (number.elementsEqual(["a"]) ? 1 : nil),
            (0...10000).contains(count)
        else { return nil }
        return sign * count * length
    }

    /// A feast or a date, of this year or of the year that is named after it.
    private static func named(_ words: [String], _ occasion: Occasion) -> CivilDate? {
        let this = occasion.moment.date.year
        let (rest, year) = splitYear(words, this)
        if let feast = CalendarWords.feast(rest.joined(separator: " "), year) { return feast }
        guard let (month, day) = CalendarWords.date(rest) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    private static func splitYear(_ words: [String], _ this: Int) -> ([String], Int) {
        let text = words.joined(separator: " ")
        for (ending, year) in [(" this year", this), (" next year", this + 1), (" last year", this - 1)]
        where text.hasSuffix(ending) {
            return (Array(words.dropLast(2)), year)
        }
        for length in [1, 2, 3, 4, 5] where words.count > length + 1 {
            if let year = year(words.suffix(length)) { return (Array(words.dropLast(length)), year) }
        }
        return (words, this)
    }

    /// "2024", "twenty twenty four", "nineteen oh five", "two thousand and four".
    static func year(_ words: ArraySlice<String>) -> Int? {
        if let number = NumberWords.integer(words), (1000...9999).contains(number) { return number }
        for split in words.indices.dropFirst() {
            guard let century = NumberWords.integer(words[..<split]), (10...99).contains(century) else { continue }
            let rest = words[split...]
            if rest.first == "oh", let one = NumberWords.integer(rest.dropFirst()), (1...9).contains(one) {
                return 100 * century + one
            }
            if let tail = NumberWords.integer(rest), (10...99).contains(tail) { return 100 * century + tail }
        }
        return nil
    }

    private static func dayOf(_ words: [String], _ occasion: Occasion) -> String? {
        guard !words.isEmpty, let date = date(words, occasion) else { return nil }
        let today = occasion.moment.date, name = CalendarWords.spoken(date)
        switch date.number - today.number {
        case 0: return "Today is \(name)."
        case 1: return "Tomorrow is \(name)."
        case -1: return "Yesterday was \(name)."
        case let days:
            let year = date.year == today.year ? "" : ", \(SpokenNumber.year(date.year))"
            return "That \(days < 0 ? "was" : "is") \(name)\(year)."
        }
    }

    /// The next time, today included.
    private static func nextFeast(_ name: String, _ occasion: Occasion) -> CivilDate? {
        let today = occasion.moment.date
        return [today.year, today.year + 1].lazy.compactMap { CalendarWords.feast(name, $0) }.first {
            $0.number >= today.number
        }
    }

    private static func next(_ words: [String], _ occasion: Occasion) -> CivilDate? {
        let today = occasion.moment.date, text = words.joined(separator: " ")
        if let feast = nextFeast(text, occasion) { return feast }
        if text == "my birthday", let told = occasion.memory.recall(Subject.birthday) {
            return next(told.split(separator: " ").map { $0.lowercased() }, occasion)
        }
        if text == "tomorrow" { return today.adding(days: 1) }
        if let day = CalendarWords.days.firstIndex(of: words.last ?? ""),
            words.count == 1 || words == ["next", CalendarWords.days[day]]
        {
            return today.adding(days: (day - today.weekday + 6) % 7 + 1)
        }
        guard let (month, day) = CalendarWords.date(words) else { return nil }
        return (0...8).lazy.compactMap { CivilDate(year: today.year + $0, month: month, day: day) }.first {
            $0.number >= today.number
        }
    }

    private static func until(_ found: Found, _ occasion: Occasion) -> String? {
        let unit = found.has("unit") ? found.text("unit") : "days", words = found.words("when")
        guard ["days", "weeks", "sleeps"].contains(unit), let date = next(words, occasion) else { return nil }
        let days = date.number - occasion.moment.date.number
        let name = found.written("when").replacing("my ", with: "your ")
        if days == 0 { return "That is today." }
        let count =
            unit == "weeks" && days >= 7
            ? Sentence.count(days / 7, "week") + (days % 7 == 0 ? "" : " and " + Sentence.count(days % 7, "day"))
            : Sentence.count(days, "day")
        return "\(count.capitalizedFirst) \(days == 1 ? "is" : "are") left until \(name)."
    }

    // MARK: Order

    private static func neighbor(_ found: Found) -> String? {
        guard let step = ["after": 1, "before": -1, "follows": 1, "following": 1, "precedes": -1][found.text("side")]
        else { return nil }
        let name = found.text("name"), side = step > 0 ? "after" : "before"
        if let month = CalendarWords.month(name) {
            return
                "\(CalendarWords.months[(month + 11 + step) % 12].capitalizedFirst) comes \(side) \(CalendarWords.months[month - 1].capitalizedFirst)."
        }
        guard let day = CalendarWords.day(name) else { return nil }
        return
            "\(CalendarWords.days[(day + 7 + step) % 7].capitalizedFirst) comes \(side) \(CalendarWords.days[day].capitalizedFirst)."
    }

    private static func nth(_ found: Found) -> String? {
        let what = found.has("what") ? found.text("what") : "month"
        guard let n = CalendarWords.dayOfMonth(found.words("n")[...]), Int(found.text("n")) == nil else { return nil }
        let list = what == "day" ? CalendarWords.days : what == "month" ? CalendarWords.months : []
        guard n <= list.count else { return nil }
        let note = what == "day" ? " if the week begins on Monday" : ""
        return "The \(SpokenNumber.ordinal(n)) \(what) is \(list[n - 1].capitalizedFirst)\(note)."
    }

    private static func days(in words: [String], _ occasion: Occasion) -> String? {
        if words == ["this", "month"] {
            let date = occasion.moment.date
            return "This month has \(SpokenNumber.spoken(CivilDate.days(in: date.month, of: date.year))) days."
        }
        guard let month = CalendarWords.month(words.joined(separator: " ")) else { return nil }
        let name = CalendarWords.months[month - 1].capitalizedFirst
        if month == 2 { return "February has twenty-eight days, and twenty-nine in a leap year." }
        return "\(name) has \(SpokenNumber.spoken(CivilDate.days(in: month, of: 2001))) days."
    }

    private static func leap(_ found: Found, _ occasion: Occasion) -> String? {
        let this = occasion.moment.date.year
        guard let year = found.has("year") ? year(found.words("year")[...]) : this else { return nil }
        let isLeap = CivilDate.isLeap(year), verb = year < this ? "was" : year > this ? "will be" : "is"
        return
            "\(isLeap ? "Yes" : "No"), \(SpokenNumber.year(year)) \(isLeap ? verb : year > this ? "will not be" : verb + " not") a leap year."
    }
}

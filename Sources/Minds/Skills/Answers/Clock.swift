// The time and today's date.

enum Clock: Skill {
    static let name = "clock"

    static let rules: [Rule] = [
        Rule(
            """
            what time is (it|is|that|this)|what time it is|what time do you have|(what is|what) the time( is)?|what is the (current|exact) time|the time|do you have the time|
            have you got the time|what is the current time|what time is it (here|exactly)|time please|how late is it|what is the time (here|of day)|(the )?current time|have you the time|the exact time|what hour is it|at the moment what is the time
            """
        ) { _, occasion in "It is \(time(occasion.moment))." },
        Rule(
            """
            what time (is|would) (it|it be)( right)?( now| currently| exactly)? (in|on) <place+>|(what is|what)? (the)? (current|exact|local)? time (is it)?( right)?( now| currently)? (in|on) <place+>|in <place+> (what time is it|what is the( current)? time)( right)?( now)?|
            what is the (current|exact) <zone> time|what time it is in <place+>|the (current )?time (in|on) <place+>
            """
        ) { _, occasion in
            "I only know the time here: it is \(time(occasion.moment))."
        },
        Rule(
            """
            (what|which) day (is|it is) (it|today)( today)?|what day is (today|it today)|(what|which) day of the week is (it|today)( today)?|what is today|
            (what|which) day of the week it is|what weekday is (it|today)|what day we have|what is the day( of the week)?|what day of the (month|week) is it( today)?|what day of the month it is
            """
        ) { _, occasion in "Today is \(CalendarWords.spoken(occasion.moment.date))." },
        Rule(
            """
            (what is|what) (the|today 's|todays|the current) date( today| is)?|what date is (it|today)( today)?|what is the date of today|today 's date|
            what is the day today|what is the date for today|the date( today)?|(the )?(current|full) date( for today)?|what date it is|(today is|today 's date is) what( date)?( exactly)?|do you have the date|what the date is( today)?|what is (the )?(current|full|exact) date( today)?|what is today 's month day and year|what is the current date month and year
            """
        ) { _, occasion in
            let date = occasion.moment.date
            return "Today is \(CalendarWords.spoken(date)), \(SpokenNumber.year(date.year))."
        },
        Rule(
            "(what|which) year (is|it is) (it|this|now)?( now)?|what is the (current )?year|what year do we have|(what|which) year are we in|the year"
        ) { _, occasion in
            "It is \(SpokenNumber.year(occasion.moment.date.year))."
        },
        Rule(
            "(what|which) month (is|it is) (it|this)?( now)?|what is the (current )?month|(what|which) month are we in|what month do we have"
        ) { _, occasion in
            "It is \(CalendarWords.months[occasion.moment.date.month - 1].capitalizedFirst)."
        },
        Rule("is it (<day>)( today)?|is today (a)? <day>") { found, occasion in
            guard let day = CalendarWords.days.firstIndex(of: found.text("day")) else { return nil }
            let today = occasion.moment.date
            return "\(day == today.weekday ? "Yes" : "No"), today is \(CalendarWords.spoken(today))."
        },
        Rule("is it (morning|afternoon|evening|night|am or pm|day or night)( already| now| yet)?") { _, occasion in
            "It is \(time(occasion.moment))."
        },
    ]

    /// "two oh five in the afternoon, Berlin time".
    static func time(_ moment: Skills.Moment) -> String {
        let zone = moment.zone.isEmpty ? "" : ", \(moment.zone)"
        if moment.minute == 0, moment.hour % 12 == 0 { return (moment.hour == 0 ? "midnight" : "noon") + zone }
        let hour = NumberWords.ones[(moment.hour + 11) % 12 + 1]
        let minute: String
        switch moment.minute {
        case 0: minute = " o'clock"
        case 1...9: minute = " oh " + NumberWords.ones[moment.minute]
        default: minute = " " + SpokenNumber.spoken(moment.minute)
        }
        return hour + minute + " " + partOfDay(moment.hour) + zone
    }

    static func partOfDay(_ hour: Int) -> String {
        switch hour {
        case 0..<12: "in the morning"
        case 12..<18: "in the afternoon"
        case 18..<22: "in the evening"
        default: "at night"
        }
    }
}

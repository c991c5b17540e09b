// Dates of the Gregorian calendar, without a clock and without Foundation.

/// A day of the Gregorian calendar, years 1 to 9999.
struct CivilDate: Sendable, Hashable {
    let year: Int
    /// 1 to 12 and 1 to 31.
    let month: Int
    let day: Int

    init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1 March of year 0, so that the leap day ends a year.
    var number: Int {
        let months = (month + 9) % 12, years = month <= 2 ? year - 1 : year
        return 365 * years + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day - 1
    }

    /// 0 is Monday.
    var weekday: Int { (number + 2) % 7 }

    /// Nil beyond year 9999.
    func adding(days: Int) -> CivilDate? {
        let target = number + days
        guard target >= 306, target < 3_652_365 else { return nil }
        var year = target / 366
        while let next = CivilDate(year: max(year, 1) + 1, month: 1, day: 1), next.number <= target { year = next.year }
        year = max(year, 1)
        var rest = target - CivilDate(year: year, month: 1, day: 1)!.number
        var month = 1
        while rest >= Self.days(in: month, of: year) {
            rest -= Self.days(in: month, of: year)
            month += 1
        }
        return CivilDate(year: year, month: month, day: rest + 1)
    }

    /// Easter Sunday by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
    static func easter(_ year: Int) -> CivilDate? {
        let a = year % 19, b = year / 100, c = year % 100
        let d = b / 4, e = b % 4, f = (b + 8) / 25
        let g = (b - f + 1) / 3
        let h = (19 * a + b - d - g + 15) % 30
        let i = c / 4, k = c % 4
        let l = (32 + 2 * e + 2 * i - h - k) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let n = h + l - 7 * m + 114
        return CivilDate(year: year, month: n / 31, day: n % 31 + 1)
    }
}

// Dates without a clock.

import Testing

@testable import Minds

@Suite struct CivilDateTests {
    @Test func daysFollowEachOther() throws {
        var date = try #require(CivilDate(year: 1899, month: 12, day: 31))
        var weekday = date.weekday
        for _ in 0..<60_000 {
            let next = try #require(date.adding(days: 1))
            let isFirst = next.day == 1 && date.day == CivilDate.days(in: date.month, of: date.year)
            let isNext = next.day == date.day + 1 && next.month == date.month && next.year == date.year
            guard next.number == date.number + 1, next.weekday == (weekday + 1) % 7, isFirst || isNext else {
                Issue.record("\(date) is followed by \(next)")
                return
            }
            (date, weekday) = (next, next.weekday)
        }
        #expect(date.year == 2064)
    }

    @Test(arguments: [(2026, 11, 29, 6), (2000, 1, 1, 5), (1969, 7, 20, 6), (2024, 2, 29, 3)])
    func weekdaysAreRight(_ year: Int, _ month: Int, _ day: Int, _ weekday: Int) {
        #expect(CivilDate(year: year, month: month, day: day)?.weekday == weekday)
    }

    @Test(arguments: [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (1961, 4, 2), (2038, 4, 25)])
    func easterIsRight(_ year: Int, _ month: Int, _ day: Int) {
        #expect(CivilDate.easter(year) == CivilDate(year: year, month: month, day: day))
    }

    @Test func whatIsNoDateIsRefused() {
        #expect(CivilDate(year: 2026, month: 2, day: 29) == nil && CivilDate(year: 2028, month: 2, day: 29) != nil)
        #expect(CivilDate(year: 1900, month: 2, day: 29) == nil && CivilDate(year: 2000, month: 2, day: 29) != nil)
        #expect(CivilDate(year: 2026, month: 13, day: 1) == nil && CivilDate(year: 0, month: 1, day: 1) == nil)
        #expect(CivilDate(year: 9999, month: 12, day: 31)?.adding(days: 1) == nil)
        #expect(CivilDate(year: 1, month: 1, day: 1)?.adding(days: -1) == nil)
    }
}

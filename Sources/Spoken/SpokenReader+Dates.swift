// Reads dates, years and times of day.

extension SpokenReader {
    // MARK: Dates

    /// "2026-11-28", "11/28/2026", "28.11.2026", "28 November 2026"
    mutating func readDate() -> Bool {
        guard tokens[at].text.utf8.count <= 4 else { return false }
        if tokens[at].text.utf8.count < 3, readDayOfMonth() { return true }
        let number = tokens[at].text
        guard gluedKind(1) == .sign, gluedKind(2) == .digits, gluedKind(4) == .digits, let sign = glued(1),
            sign.text == "-" || sign.text == "/" || sign.text == ".", let second = glued(2), isGlued(3, sign.text),
            let third = glued(4), third.kind == .digits,
            let a = Int(number), let b = Int(second.text), let c = Int(third.text), second.text.utf8.count <= 2
        else { return false }
        if isGlued(5, sign.text), gluedKind(6) == .digits { return false }
        let size = third.text.utf8.count
        if number.utf8.count == 4, size <= 2, sign.text != "." || a > 1900 {
            return sayDate(month: b, day: c, year: a)
        }
        guard number.utf8.count <= 2, size == 4 || size == 2 && sign.text == "/" else { return false }
        // Month first, as in America, unless that is impossible; day first with full stops.
        let isDayFirst = sign.text == "." || a > 12
        return sayDate(month: isDayFirst ? b : a, day: isDayFirst ? a : b, year: c)
    }

    private mutating func sayDate(month: Int, day: Int, year: Int) -> Bool {
        guard (1...12).contains(month), (1...31).contains(day) else { return false }
        say([SpokenNames.months[month - 1]] + NumberWords.ordinal(day))
        say(year < 1000 ? (year < 10 ? ["o"] : []) + NumberWords.cardinal(year) : NumberWords.year(year))
        at += 5
        // ISO 8601: "2026-11-28T09:00".
        if glued(0)?.text == "T", gluedKind(1) == .digits {
            at += 1
            if readTime(), glued(0)?.text == "Z" { at += 1 }
        }
        return true
    }

    /// "28 November 2026", "5th of May"
    private mutating func readDayOfMonth() -> Bool {
        var n = 1
        if isOrdinal(at: at + n) { n += 1 }
        if self[n]?.text == "of" { n += 1 }
        guard let month = month(at: at + n), self[n]?.gap != .line, let day = Int(tokens[at].text),
            (1...31).contains(day)
        else { return false }
        let isBehindThe = wordBefore == "the"
        at += n
        say((isBehindThe ? [] : ["the"]) + NumberWords.ordinal(day) + ["of"])
        sayMonth(month)
        if isSign(0, ","), isYear(at: at + 1) { at += 1 }
        readYear()
        return true
    }

    /// "May 5, 2026", "Nov. 28", "May 2026"
    mutating func readMonth() -> Bool {
        guard let month = month(at: at) else { return false }
        let isShort = !SpokenNames.months.contains(tokens[at].small)
        let dot = isGlued(1, ".") && isShort ? 1 : 0
        let number = self[1 + dot].flatMap { $0.kind == .digits && $0.gap != .line ? $0.text : nil }
        guard !isShort || dot == 1 || number != nil else { return false }
        sayMonth(month)
        guard let number, let day = Int(number), (1...31).contains(day), !isMeasured(at: at + 1),
            !isGlued(1, ":"), !isGlued(1, ".") || gluedKind(2) != .digits
        else {
            readYear()
            return true
        }
        say(NumberWords.ordinal(day))
        at += 1
        if isOrdinal(at: at) { at += 1 }
        if isSign(0, ","), isYear(at: at + 1) { at += 1 }
        readYear()
        return true
    }

    /// The month that token `i` names, counted from 1. In lower case, "may" and "march" are verbs, and short names do not count.
    private func month(at i: Int) -> Int? {
        guard i < tokens.count, tokens[i].kind == .letters, let month = SpokenNames.monthNumbers[tokens[i].small] else {
            return nil
        }
        let word = tokens[i].small, isShort = SpokenNames.months[month - 1] != word
        return tokens[i].letters != .lower || !isShort && word != "may" && word != "march" ? month : nil
    }

    private mutating func sayMonth(_ month: Int) {
        let isShort = !SpokenNames.months.contains(tokens[at].small)
        say(SpokenNames.months[month - 1])
        at += isShort && isGlued(1, ".") ? 2 : 1
    }

    // MARK: Years

    private func isYear(at i: Int) -> Bool {
        guard i >= 0, i < tokens.count, tokens[i].kind == .digits else { return false }
        return tokens[i].text.utf8.count == 4 && (1000...2999).contains(Int(tokens[i].text)!)
    }

    /// Reads the year after a month.
    private mutating func readYear() {
        guard isYear(at: at), tokens[at].gap != .line else { return }
        let year = Int(tokens[at].text)!
        say(NumberWords.year(year))
        at += 1
        end()
    }

    /// Whether a number of four digits must be a year: by the word before or after it, or as one end of a range.
    func isYear(_ literal: SpokenLiteral, from start: Int) -> Bool {
        guard literal.whole.utf8.count == 4, literal.count == 1, let value = literal.plain,
            (1000...2099).contains(value),
            !isMeasured(at: at), gluedKind(0) != .letters
        else { return false }
        if let behind = self[0], behind.kind == .letters, SpokenNames.eras.contains(behind.text) { return true }
        let before = start > 0 ? tokens[start - 1] : nil
        if let before, before.kind == .letters, SpokenNames.beforeYears.contains(before.small) { return true }
        if before?.text == "copyright" { return true }
        func isDash(_ i: Int) -> Bool {
            i >= 0 && i < tokens.count && (tokens[i].text == "-" || tokens[i].text == "–") && tokens[i].isGlued
        }
        return isDash(at) && isGlued(1) && isYear(at: at + 1) || isDash(start - 1) && isYear(at: start - 2)
    }

    // MARK: Times

    /// "12:05", "5:30pm", "14:30:15"
    mutating func readTime() -> Bool {
        guard isGlued(1, ":"), let hours = self[0], hours.kind == .digits, hours.text.utf8.count <= 2,
            let minutes = glued(2), minutes.kind == .digits, minutes.text.utf8.count == 2, let hour = Int(hours.text),
            let minute = Int(minutes.text), hour <= 24, minute < 60
        else { return false }
        let seconds = isGlued(3, ":") ? glued(4).flatMap { $0.kind == .digits ? Int($0.text) : nil } : nil
        at += seconds == nil ? 3 : 5
        say(NumberWords.cardinal(hour))
        if minute > 0 { say((minute < 10 ? ["o"] : []) + NumberWords.cardinal(minute)) }
        if let seconds { say(["and"] + NumberWords.cardinal(seconds) + [seconds == 1 ? "second" : "seconds"]) }
        if !readHalfOfDay(), minute == 0, seconds == nil {
            say((1...12).contains(hour) ? ["o", "clock"] : ["hundred"])
        }
        end(SpokenLiteral(whole: hours.text, count: 1))
        return true
    }

    /// "pm", "a.m."
    mutating func readHalfOfDay() -> Bool {
        guard kind(0) == .letters, tokens[at].gap != .line else { return false }
        let word = tokens[at].small
        guard word.utf8.count < 3 else { return false }
        if word == "am" || word == "pm" {
            say([String(word.first!), "m"])
            at += 1
            return true
        }
        guard word == "a" || word == "p", isGlued(1, "."), glued(2)?.small == "m" else {
            return false
        }
        say([word, "m"])
        at += isGlued(3, ".") ? 4 : 3
        return true
    }
}

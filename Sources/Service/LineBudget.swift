// How many lines of a kind the log gets: a flood of requests must not fill the disk.

internal import Basics

/// Some lines at once, then one a second. Those beyond are counted, and the next line says how many there were.
struct LineBudget {
    /// Lines at once.
    static let linesMax = 10
    private static let perSecond = 1.0

    private var left = Double(linesMax)
    private var leftAt = Instant.zero
    /// Lines that were left out since the last one.
    private(set) var suppressed = 0

    /// How many lines were left out before this one; nil where it is to be left out too.
    mutating func admit(at now: Instant) -> Int? {
        left = min(Double(Self.linesMax), left + Double(now.since(leftAt)) * 1e-9 * Self.perSecond)
        leftAt = now
        guard left >= 1 else {
            suppressed += 1
            return nil
        }
        left -= 1
        defer { suppressed = 0 }
        return suppressed
    }

    /// How many lines were left out and not told of, where there may be a line about it; nil otherwise.
    mutating func remainder(at now: Instant) -> Int? {
        guard suppressed > 0 else { return nil }
        guard let count = admit(at: now) else {
            // The line that asked is none of those that clients caused.
            suppressed -= 1
            return nil
        }
        return count
    }
}

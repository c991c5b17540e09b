// Rate limit for one kind of log line, so that a flood of requests does not fill the disk.

internal import Basics

/// A burst of lines, then one a second. Suppressed lines are counted, and the next line reports the count.
struct LineBudget {
    /// Size of the burst.
    static let linesMax = 10
    private static let perSecond = 1.0

    private var left = Double(linesMax)
    private var leftAt = Instant.zero
    /// Lines suppressed since the last one.
    private(set) var suppressed = 0

    /// How many lines were suppressed before this one; nil if this one is suppressed too.
    mutating func admit(at now: Instant) -> Int? {
        refill(at: now)
        guard left >= 1 else {
            suppressed += 1
            return nil
        }
        left -= 1
        defer { suppressed = 0 }
        return suppressed
    }

    /// The number of suppressed lines not reported yet, if a line is allowed now; nil otherwise. The report takes no line's place: the next
    /// one has its own.
    mutating func remainder(at now: Instant) -> Int? {
        refill(at: now)
        guard suppressed > 0, left >= 1 else { return nil }
        defer { suppressed = 0 }
        return suppressed
    }

    private mutating func refill(at now: Instant) {
        left = min(Double(Self.linesMax), left + Double(now.since(leftAt)) * 1e-9 * Self.perSecond)
        leftAt = now
    }
}

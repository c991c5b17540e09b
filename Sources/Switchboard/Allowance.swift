// A budget that refills with time: what a client may do faster than real time.

internal import Basics

/// An amount of anything, at most `max`, that grows by `perSecond`.
struct Allowance: Hashable, Sendable {
    let max: Double
    let perSecond: Double
    private var level: Double
    private var levelAt: Instant

    /// Full at `start`.
    init(max: Double, perSecond: Double, at start: Instant) {
        (self.max, self.perSecond, level, levelAt) = (max, perSecond, max, start)
    }

    /// Whether anything is left at `now`.
    func isLeft(at now: Instant) -> Bool { level(at: now) > 0 }

    /// Takes `amount` at `now`. What is left may fall below zero: the debt is waited for.
    mutating func spend(_ amount: Double, at now: Instant) {
        level = level(at: now) - amount
        levelAt = now
    }

    private func level(at now: Instant) -> Double { min(max, level + Double(now.since(levelAt)) * 1e-9 * perSecond) }
}

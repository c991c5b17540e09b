// A token bucket: how far a client may run ahead of real time.

internal import Basics

/// An amount that grows by `perSecond`, up to `max`.
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

    /// Takes `amount` at `now`. The level may fall below zero; the client then waits until the debt is paid.
    mutating func spend(_ amount: Double, at now: Instant) {
        level = level(at: now) - amount
        levelAt = now
    }

    private func level(at now: Instant) -> Double { min(max, level + Double(now.since(levelAt)) * 1e-9 * perSecond) }
}

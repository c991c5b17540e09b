// A measured number with its uncertainty.

internal import Glibc

/// One figure in the report.
public struct Figure: Codable, Sendable {
    public enum Unit: String, Codable, Sendable {
        case share, seconds, difference, ratio
        case errorRate = "error rate"
        case perHour = "per hour"
        case perMinute = "per minute"
    }

    public var name: String
    /// Nil if nothing could be measured.
    public var value: Double?
    public var unit: Unit
    public var n: Int
    /// 95 % Wilson interval, for shares only.
    public var low: Double?
    public var high: Double?

    public init(_ name: String, _ value: Double?, _ unit: Unit, n: Int) {
        (self.name, self.value, self.unit, self.n) = (name, value, unit, n)
    }

    /// The share of `values` that are true.
    public init(_ name: String, share values: some Sequence<Bool>) {
        let all = Array(values), hits = all.count { $0 }
        self.init(name, all.isEmpty ? nil : Double(hits) / Double(all.count), .share, n: all.count)
        guard !all.isEmpty else { return }
        (low, high) = Self.wilson(hits: hits, of: all.count)
    }

    /// The `quantile` of `values`.
    public init(_ name: String, quantile: Double, of values: some Sequence<Double>) {
        let sorted = values.sorted()
        self.init(name, Self.quantile(quantile, sorted), .seconds, n: sorted.count)
    }

    /// The mean of `values`.
    public init(_ name: String, mean values: [Double]) {
        self.init(name, values.isEmpty ? nil : values.reduce(0, +) / Double(values.count), .seconds, n: values.count)
    }

    /// Wilson 1927: the 95 % interval of a share, from `hits` of `count`.
    static func wilson(hits: Int, of count: Int) -> (low: Double, high: Double) {
        let z = 1.96, n = Double(count), p = Double(hits) / n
        let centre = p + z * z / (2 * n), spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return (max(0, (centre - spread) / scale), min(1, (centre + spread) / scale))
    }

    /// Interpolates linearly, like numpy. Nil for an empty list.
    static func quantile(_ q: Double, _ sorted: [Double]) -> Double? {
        guard let last = sorted.last else { return nil }
        let place = q * Double(sorted.count - 1), index = Int(place)
        guard index + 1 < sorted.count else { return last }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}

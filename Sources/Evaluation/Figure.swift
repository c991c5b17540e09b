// A measured number, with how sure it is.

internal import Glibc

/// One figure of the report.
public struct Figure: Codable, Sendable {
    public enum Unit: String, Codable, Sendable {
        case share, seconds, difference, ratio
        case errorRate = "error rate"
        case perHour = "per hour"
        case perMinute = "per minute"
    }

    public var name: String
    /// Nil when nothing was there to measure.
    public var value: Double?
    public var unit: Unit
    public var n: Int
    /// 95 % Wilson interval of a share.
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

    /// Wilson 1927: where a share of which `hits` of `count` were seen lies in 95 of 100 cases.
    static func wilson(hits: Int, of count: Int) -> (low: Double, high: Double) {
        let z = 1.96, n = Double(count), p = Double(hits) / n
        let centre = p + z * z / (2 * n), spread = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return (max(0, (centre - spread) / scale), min(1, (centre + spread) / scale))
    }

    /// Linear between neighbours, as numpy's. Nil of nothing.
    static func quantile(_ q: Double, _ sorted: [Double]) -> Double? {
        guard let last = sorted.last else { return nil }
        let place = q * Double(sorted.count - 1), index = Int(place)
        guard index + 1 < sorted.count else { return last }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}

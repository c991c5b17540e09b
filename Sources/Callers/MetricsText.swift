// Reads a server's metrics page.

/// Prometheus text.
public struct MetricsText {
    private let lines: [(series: Substring, value: Double)]

    public init(_ text: String) {
        lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                return nil
            }
            return (line[..<space], value)
        }
    }

    private init(lines: [(series: Substring, value: Double)]) { self.lines = lines }

    /// The counts since `earlier`.
    public func since(_ earlier: MetricsText) -> MetricsText {
        let before = Dictionary(earlier.lines.map { ($0.series, $0.value) }, uniquingKeysWith: { $1 })
        return MetricsText(lines: lines.map { ($0.series, $0.value - (before[$0.series] ?? 0)) })
    }

    /// Sum over all labels.
    public func sum(_ family: String) -> Double {
        lines.filter { $0.series == family || $0.series.hasPrefix(family + "{") }.map(\.value).reduce(0, +)
    }

    /// Percentile from a histogram's buckets, interpolated linearly within one. NaN if the histogram is empty.
    public func percentile(_ family: String, _ share: Double) -> Double {
        let buckets = lines.filter { $0.series.hasPrefix(family + "_bucket{") }.map {
            line -> (bound: Double, count: Double) in
            let bound = line.series.split(separator: "\"").dropLast().last ?? ""
            return (Double(bound) ?? .infinity, line.value)
        }
        guard let total = buckets.last?.count, total > 0 else { return .nan }
        var below = (bound: 0.0, count: 0.0)
        for bucket in buckets {
            if bucket.count >= share * total {
                guard bucket.bound.isFinite, bucket.count > below.count else { return below.bound }
                let part = (share * total - below.count) / (bucket.count - below.count)
                return below.bound + part * (bucket.bound - below.bound)
            }
            below = bucket
        }
        return below.bound
    }
}

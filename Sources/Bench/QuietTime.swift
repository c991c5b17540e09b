// Which part of a measurement the host left alone: on a shared machine the rest says more about the neighbours.

/// Spans of a run in which hardly any processor time was stolen.
enum QuietTime {
    private static let span = 5.0
    /// Share of all cores' time.
    private static let stolenMax = 0.03

    /// Share of the cores' time that was stolen between the first and the last sample.
    static func stolen(_ samples: [OverloadWatch.Sample]) -> Double {
        guard let first = samples.first, let last = samples.last else { return .nan }
        return (last.stolen - first.stolen) / max(1, last.ticks - first.ticks)
    }

    /// Spans of five seconds in which little was stolen, and in which what was late before them has been made up for: the span
    /// before was quiet too.
    static func spans(_ samples: [OverloadWatch.Sample]) -> [[OverloadWatch.Sample]] {
        var spans: [[OverloadWatch.Sample]] = [], current: [OverloadWatch.Sample] = []
        for sample in samples {
            current.append(sample)
            guard sample.at - current[0].at >= span else { continue }
            spans.append(current)
            current = [sample]
        }
        let quiet = spans.map { stolen($0) <= stolenMax }
        return spans.indices.filter { quiet[$0] && ($0 == 0 || quiet[$0 - 1]) }.map { spans[$0] }
    }
}

// Finds the parts of a measurement without stolen time: on a shared machine the rest measures the neighbours.

/// Spans of a run during which the host stole hardly any processor time.
enum QuietTime {
    private static let span = 5.0
    /// Share of all cores' time, at most.
    private static let stolenMax = 0.03

    /// Share of the cores' time stolen between the first and the last sample.
    static func stolen(_ samples: [OverloadWatch.Sample]) -> Double {
        guard let first = samples.first, let last = samples.last else { return .nan }
        return (last.stolen - first.stolen) / max(1, last.ticks - first.ticks)
    }

    /// Five-second spans with little stolen time after a span that was quiet too, so that no earlier delay is being made up.
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

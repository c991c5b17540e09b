// The result of one run of `duet bench sessions`, as a row, a line and a point.

internal import Basics
internal import Callers
internal import Evaluation
internal import Foundation

extension BenchSessions {
    struct Row: Encodable, Sendable {
        var sessions = 0, answers = 0, questions = 0, gaps = 0, failures = 0
        /// Slices that were late or skipped, and their share of all.
        var misses = 0.0, lateShare = Double.nan
        /// Seconds of the clients' audio that was lost or came too late for the model.
        var lostSeconds = 0.0
        var longestGap = 0.0
        /// Share of all cores' time that the host stole; seconds of the run with hardly any of that, and the faults in them.
        var stolen = Double.nan, quietSeconds = 0.0, quietMisses = 0.0, quietGaps = 0
        /// p50, p95, p99 in milliseconds.
        var latency: [Double] = [], lateness: [Double] = [], slice: [Double] = [], admission: [Double] = []
        /// p90 of the response latency in milliseconds, and as a multiple of that of one session alone.
        var latencyNinety = Double.nan, latencyRatio = Double.nan
        /// Words of people's recordings, and how many of them were understood wrongly.
        var words = 0, wordsWrong = 0
        /// Cores that the server's threads kept busy, by their names; and milliseconds of a slice that each stage took.
        var threads: [String: Double] = [:], stages: [String: Double] = [:]
        /// How late the clients sent, p99 in milliseconds: their own share of the lateness.
        var sending = 0.0
        /// p99 latency minus the median of one session alone, in milliseconds.
        var latencyAboveUnloaded = Double.nan
        /// p50, p95, p99 of how much later an answer came than one session alone gets it to the same question: what the load adds.
        var latencyAdded: [Double] = []
        /// Cores that the server and the clients kept busy while all sessions talked.
        var serverCores = 0.0, clientCores = 0.0
        /// Megabytes of the server while all sessions talk and before they come, and of an idle server with a single slot.
        var megabytes = 0.0, megabytesAtStart = 0.0, megabytesEmpty = Double.nan

        /// Conversations that were admitted and lasted to the end.
        private var held: Int { max(1, sessions - failures) }
        /// Milliseconds of core time per session and second.
        var millisecondsEach: Double { 1000 * serverCores / Double(held) }
        var megabytesEach: Double { (megabytes - megabytesEmpty) / Double(sessions) }
        var megabytesEachAtStart: Double { (megabytesAtStart - megabytesEmpty) / Double(sessions) }

        /// No listener noticed a fault. A small model may leave up to half of the questions unanswered.
        var isClean: Bool {
            misses == 0 && gaps == 0 && failures == 0 && lostSeconds < 0.1 * Double(sessions)
                && answers * 2 >= questions
        }

        /// Whether few slices were late and the answers not much later than those to one session alone; or `isClean`.
        func isHeld(_ lateMax: Double?) -> Bool {
            guard let lateMax else { return isClean }
            return lateShare <= lateMax && latencyRatio <= 1.5 && failures == 0 && answers * 2 >= questions
        }

        private enum CodingKeys: String, CodingKey {
            case stolen, quietSeconds, quietMisses, quietGaps, sessions, answers, questions, gaps, failures, misses,
                lostSeconds, longestGap, latency, latencyAdded
            case lateness, slice, admission, sending, latencyAboveUnloaded, serverCores, clientCores, megabytes,
                megabytesAtStart
            case lateShare, latencyNinety, latencyRatio, words, wordsWrong, threads, stages
            case megabytesEmpty, millisecondsEach, megabytesEach, megabytesEachAtStart, isClean
        }

        func encode(to encoder: any Encoder) throws {
            var box = encoder.container(keyedBy: CodingKeys.self)
            let counts: [(CodingKeys, Int)] = [
                (.sessions, sessions), (.answers, answers), (.questions, questions), (.gaps, gaps),
                (.failures, failures), (.quietGaps, quietGaps), (.words, words), (.wordsWrong, wordsWrong),
            ]
            for (key, value) in counts { try box.encode(value, forKey: key) }
            let values: [(CodingKeys, Double)] = [
                (.stolen, stolen), (.quietSeconds, quietSeconds), (.quietMisses, quietMisses), (.lateShare, lateShare),
                (.latencyNinety, latencyNinety), (.latencyRatio, latencyRatio), (.misses, misses),
                (.lostSeconds, lostSeconds), (.longestGap, longestGap), (.sending, sending),
                (.latencyAboveUnloaded, latencyAboveUnloaded), (.serverCores, serverCores),
                (.clientCores, clientCores), (.megabytes, megabytes), (.megabytesAtStart, megabytesAtStart),
                (.megabytesEmpty, megabytesEmpty), (.millisecondsEach, millisecondsEach),
                (.megabytesEach, megabytesEach), (.megabytesEachAtStart, megabytesEachAtStart),
            ]
            for (key, value) in values { try box.encode(value, forKey: key) }
            let spreads: [(CodingKeys, [Double])] = [
                (.latency, latency), (.latencyAdded, latencyAdded), (.lateness, lateness), (.slice, slice),
                (.admission, admission),
            ]
            for (key, value) in spreads { try box.encode(value, forKey: key) }
            try box.encode(threads, forKey: .threads)
            try box.encode(stages, forKey: .stages)
            try box.encode(isClean, forKey: .isClean)
        }
    }

    /// p50, p95 and p99 in milliseconds.
    fileprivate static func percentiles(_ seconds: [Double]) -> [Double] {
        [0.5, 0.95, 0.99].map { LoadResult.percentile(seconds, $0) * 1000 }
    }

    static func markdown(_ rows: [Row]) -> String {
        let columns: [(String, (Row) -> String)] = [
            ("sessions", { "\($0.sessions)" }), ("misses", { whole($0.misses) }),
            ("late", { percent($0.lateShare) }), ("gaps", { "\($0.gaps)" }),
            ("stolen", { percent($0.stolen) }),
            (
                "undisturbed: s, misses, gaps",
                { "\(whole($0.quietSeconds)), \(whole($0.quietMisses)), \($0.quietGaps)" }
            ),
            ("failures", { "\($0.failures)" }), ("answers", { "\($0.answers) of \($0.questions)" }),
            ("admitted after", { three($0.admission) }), ("response latency", { three($0.latency) }),
            ("p99 above unloaded median", { whole($0.latencyAboveUnloaded) }),
            ("above the same question's", { three($0.latencyAdded) }),
            ("its p90, times one session's", { "\(whole($0.latencyNinety)), \(fine($0.latencyRatio))" }),
            (
                "words wrong",
                { $0.words == 0 ? "–" : percent(Double($0.wordsWrong) / Double($0.words)) + " of \($0.words)" }
            ),
            ("audio late by", { three($0.lateness) }),
            ("clients late by, p99", { String(format: "%.1f", $0.sending) }), ("slice", { three($0.slice) }),
            ("ms of a slice by stage", { parts($0.stages) { String(format: "%.1f", $0) } }),
            ("server cores", { fine($0.serverCores) }),
            ("by thread", { parts($0.threads.filter { $0.value >= 0.005 }, fine) }),
            ("ms of a core per s and session", { fine($0.millisecondsEach) }),
            ("client cores", { String(format: "%.3f", $0.clientCores) }),
            (
                "server MB: empty, at start, with all",
                { three([$0.megabytesEmpty, $0.megabytesAtStart, $0.megabytes]) }
            ),
            ("MB a session", { fine($0.megabytesEach) }),
        ]
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        return
            ([line(columns.map(\.0)), "|" + String(repeating: "---|", count: columns.count)]
            + rows.map { row in line(columns.map { $0.1(row) }) }).joined(separator: "\n")
    }

    private static func percent(_ x: Double) -> String { x.isFinite ? String(format: "%.1f %%", 100 * x) : "–" }
    private static func parts(_ all: [String: Double], _ text: (Double) -> String) -> String {
        all.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { "\($0.key) \(text($0.value))" }.joined(
            separator: ", ")
    }
    private static func whole(_ x: Double) -> String { x.isFinite ? String(format: "%.0f", x) : "–" }
    private static func fine(_ x: Double) -> String { x.isFinite ? String(format: "%.2f", x) : "–" }
    private static func three(_ x: [Double]) -> String { x.map(whole).joined(separator: " / ") }

    /// Names and pictures of the plots.
    static func plots(_ rows: [Row]) -> [(name: String, svg: String)] {
        func over(_ value: (Row) -> Double) -> [(x: Double, y: Double)] {
            rows.map { (Double($0.sessions), value($0)) }
        }
        func three(_ values: KeyPath<Row, [Double]>) -> [(label: String, points: [(x: Double, y: Double)])] {
            ["p50", "p95", "p99"].enumerated().map { i, name in
                (name, over { $0[keyPath: values].count > i ? $0[keyPath: values][i] : .nan })
            }
        }
        return [
            (
                "sessions-cost",
                Plot.lines(
                    "What a session costs", x: "sessions", y: "ms of a core a second",
                    [
                        ("server", over(\.millisecondsEach)),
                        ("clients", over { 1000 * $0.clientCores / Double($0.sessions) }),
                    ])
            ),
            ("sessions-latency", Plot.lines("Response latency", x: "sessions", y: "ms", three(\.latency))),
            ("sessions-slice", Plot.lines("Computing a slice", x: "sessions", y: "ms", three(\.slice))),
            (
                "sessions-memory",
                Plot.lines(
                    "The server's memory", x: "sessions", y: "MB",
                    [("with all sessions", over(\.megabytes)), ("before they came", over(\.megabytesAtStart))])
            ),
        ]
    }
}

extension BenchSessions.Row {
    /// Adds what the clients noticed. `medians`: latencies of one session alone, in seconds by clip.
    mutating func note(_ result: LoadResult, medians: [Int: Double]) {
        (answers, questions, gaps, failures) = (result.answers, result.clips, result.gaps.count, result.failures.count)
        longestGap = (result.gaps.map(\.seconds).max() ?? 0) * 1000
        latency = BenchSessions.percentiles(result.latencies.map(\.seconds))
        latencyNinety = LoadResult.percentile(result.latencies.map(\.seconds), 0.9) * 1000
        (words, wordsWrong) = (result.words.wanted, result.words.wrong)
        latencyAdded = BenchSessions.percentiles(result.latencies(above: medians))
        lateness = BenchSessions.percentiles(result.lateness)
        admission = BenchSessions.percentiles(result.admissions)
        sending = LoadResult.percentile(result.sendings, 0.99) * 1000
    }

    /// Adds the faults in quiet time. `begun`: the load's start on the samples' clock.
    mutating func note(_ samples: [OverloadWatch.Sample], _ result: LoadResult, from begun: Double) {
        stolen = QuietTime.stolen(samples)
        for span in QuietTime.spans(samples) {
            let (first, last) = (span[0], span[span.count - 1])
            quietSeconds += last.at - first.at
            quietMisses += last.misses + last.skipped - first.misses - first.skipped
            quietGaps += result.gaps.filter { (first.at..<last.at).contains(begun + $0.at) }.count
        }
    }

    /// Adds the server's counts.
    mutating func note(_ counted: MetricsText) {
        misses = counted.sum("duet_slice_deadline_missed_total") + counted.sum("duet_slices_skipped_total")
        let skipped = counted.sum("duet_slices_skipped_total"), slices = counted.sum("duet_slices_total")
        lateShare = misses / (slices + skipped)
        for stage in ["listen", "decode", "speak"] {
            let steps = counted.sum("duet_step_seconds_count{stage=\"\(stage)\"}")
            stages[stage] = counted.sum("duet_step_seconds_sum{stage=\"\(stage)\"}") / steps * 1000
        }
        lostSeconds =
            counted.sum("duet_audio_in_missing_seconds_total") + counted.sum("duet_audio_in_dropped_seconds_total")
        slice = [0.5, 0.95, 0.99].map { counted.percentile("duet_slice_seconds", $0) * 1000 }
    }
}

// Figures of suites whose callers are recordings of people.

extension Quantities {
    /// The word error rate of the transcripts that the server sends, and of the reference on the same sound.
    static func hearing(_ p: String, _ rows: [Row]) -> [Figure] {
        let heard = rows.filter { $0.role.isSpeech && !$0.user.isEmpty }, p = p + "word-error-rate"
        let figures = errorRates(p, heard)
        return figures + [Figure(p + ".nothing-heard", share: heard.map(\.transcript.isEmpty))]
            + grouped(p + ".kind.", heard, by: \.kind) { errorRate($0, $1.map { ($0.user, $0.transcript) }) }
    }

    /// With a reference, also its rate and the difference.
    private static func errorRates(_ name: String, _ rows: [Row]) -> [Figure] {
        let ours = errorRate(name, rows.map { ($0.user, $0.transcript) })
        let known = rows.filter { $0.reference != nil }
        guard !known.isEmpty, known.count == rows.count else { return [ours] }
        let theirs = errorRate(name + ".whisper", known.map { ($0.user, $0.reference!) })
        guard let a = ours.value, let b = theirs.value else { return [ours, theirs] }
        return [ours, theirs, Figure(name + ".above-whisper", a - b, .difference, n: ours.n)]
    }

    /// Errors per word that was said, as plain words.
    static func errorRate(_ name: String, _ pairs: [(said: String, heard: String)]) -> Figure {
        let words = pairs.map { (PlainWords.of($0.said), PlainWords.of($0.heard)) }
        let count = words.reduce(0) { $0 + $1.0.count }, errors = words.reduce(0) { $0 + WordErrors.count($1.0, $1.1) }
        return Figure(name, count > 0 ? Double(errors) / Double(count) : nil, .errorRate, n: count)
    }

    /// The main figures again, by what lies between the person and the server.
    static func byCondition(_ p: String, _ suite: Suite, _ rows: [Row]) -> [Figure] {
        let main = [
            "word-error-rate", "word-error-rate.whisper", "word-error-rate.above-whisper", "replied", "latency.median",
            "take-over-before-end", "stopped", "talked-on", "ignored",
        ].map { p + $0 }
        let conditions = rows.compactMap(\.condition).reduce(into: [String]()) { all, name in
            if !all.contains(name) { all.append(name) }
        }
        return conditions.flatMap { condition in
            own(p, suite, rows.filter { $0.condition == condition }).filter { main.contains($0.name) }.map { figure in
                var figure = figure
                figure.name += ".condition." + condition
                return figure
            }
        }
    }
}

// τ-voice's interaction panel: eight figures over all events.

/// The panel (arXiv 2603.13686; tau2-bench, docs/interaction-metrics.md, "The metric panel"), and medians of the latencies,
/// which theirs does not have. Names are theirs.
enum InteractionPanel {
    /// Rates of fewer events are hidden, as on the leaderboard.
    static let eventsMin = 10

    /// Figures named `prefix` + "L_R.mean", "R_Y" …
    static func figures(_ prefix: String, _ events: [Interaction]) -> [Figure] {
        let turns = events.filter { $0.kind == .turn }, scored = turns.filter { $0.isAnswered != nil }
        let answers = turns.compactMap(\.answerSeconds), interruptions = turns.filter(\.tells)
        let yields = interruptions.compactMap(\.yieldSeconds)
        let selective = [("S_BC", Interaction.Kind.backChannel), ("S_VT", .vocalTic), ("S_ND", .sideTalk)].map {
            name, kind in
            hidden(Figure(prefix + name, share: events.filter { $0.kind == kind }.compactMap(\.isIgnored)))
        }
        let latencies =
            [Figure(prefix + "L_R.mean", mean: answers)] + quantiles(prefix + "L_R", answers)
            + [Figure(prefix + "L_Y.mean", mean: yields), Figure(prefix + "L_Y.median", quantile: 0.5, of: yields)]
        let rates = [
            Figure(prefix + "R_R", share: scored.compactMap(\.isAnswered)),
            Figure(prefix + "R_Y", share: interruptions.map { $0.yieldSeconds != nil }),
            Figure(
                prefix + "I_A",
                scored.isEmpty ? nil : Double(turns.reduce(0) { $0 + $1.interruptions }) / Double(scored.count), .ratio,
                n: scored.count),
        ]
        return (latencies + rates).map(hidden) + selective + [selectivity(prefix, selective)]
    }

    /// L_R of some of the turns.
    static func answers(_ name: String, _ events: [Interaction]) -> [Figure] {
        quantiles(name, events.filter { $0.kind == .turn }.compactMap(\.answerSeconds)).map(hidden)
    }

    private static func quantiles(_ name: String, _ values: [Double]) -> [Figure] {
        [Figure(name + ".median", quantile: 0.5, of: values), Figure(name + ".p90", quantile: 0.9, of: values)]
    }

    private static func hidden(_ figure: Figure) -> Figure {
        figure.n >= eventsMin ? figure : Figure(figure.name, nil, figure.unit, n: figure.n)
    }

    /// The plain mean of the three, if there are all three.
    private static func selectivity(_ prefix: String, _ parts: [Figure]) -> Figure {
        let values = parts.compactMap(\.value), n = parts.reduce(0) { $0 + $1.n }
        let mean = values.count == parts.count ? values.reduce(0, +) / Double(values.count) : nil
        return Figure(prefix + "S", mean, .share, n: n)
    }

    /// SID-Bench's average penalty time (arXiv 2603.24144; its test.ipynb): over everything that the caller says or does while
    /// the assistant speaks. An interruption costs the time until the assistant is silent, or its own length if that does not
    /// happen within two seconds. A stop within a second for anything else costs the length of the sound; no stop costs nothing.
    /// Theirs counts from a marked word on; ours from the caller's first sound.
    static func penaltyTime(_ prefix: String, _ events: [Interaction]) -> Figure {
        let penalties = events.filter(\.tells).map { event -> Double in
            guard event.kind == .turn else { return event.yieldSeconds == nil ? 0 : event.seconds }
            return event.yieldSeconds ?? event.seconds
        }
        return hidden(Figure(prefix + "penalty-time", mean: penalties))
    }
}

extension Interaction {
    /// Whether it began over the assistant's speech, which did not end by itself.
    var tells: Bool { wasSpeaking && !hadFinished }

    /// Whether the assistant ignored a back-channel, tic or side talk. Nil for turns, and where it cannot be told.
    var isIgnored: Bool? {
        guard kind != .turn else { return nil }
        return wasSpeaking ? (hadFinished ? nil : yieldSeconds == nil) : isRespondedTo.map { !$0 }
    }
}

// The interaction panel in the report: its sections, its tables, the plane.

internal import Foundation

extension Suite {
    /// Whether the suite's conversations belong to the panel. The others are made to be hard for ears or memory.
    var isInPanel: Bool {
        switch self {
        case .turnTaking, .pause, .backChannel, .vocalTic, .sideTalk, .interruption, .stop: true
        case .peopleTurns, .peopleHesitation, .peopleInterruption: true
        case .peopleBackChannel, .peopleVocalTic, .peopleSideTalk: true
        case .silence, .noSpeech, .echo, .degraded, .memory, .unknown, .repeat, .peopleHears: false
        }
    }
}

extension Report {
    /// Synthesizers' voices, and people's where nothing lies between them and the server.
    static let panels = ["interaction", "people-interaction"]

    /// Adds the panels over all conversations so far.
    public mutating func addInteraction() {
        let all = rows.filter(\.suite.isInPanel)
        addInteraction(Self.panels[0], all.filter { !$0.suite.hasPeople })
        addInteraction(Self.panels[1], all.filter { $0.suite.hasPeople && $0.condition ?? "clean" == "clean" })
    }

    private mutating func addInteraction(_ panel: String, _ rows: [Row]) {
        let events = rows.compactMap(\.interaction), p = panel + "."
        guard !events.isEmpty else { return }
        let figures =
            InteractionPanel.figures(p, events) + [InteractionPanel.penaltyTime(p, events)]
            + InteractionPanel.answers(
                p + "L_R.without-fillers", rows.filter { $0.role != .filler }.compactMap(\.interaction))
            + EndOfTurn.figures(p + "end-of-turn.", rows.compactMap(\.silencesDecided).flatMap { $0 })
            + EndOfTurn.figures(p + "end-of-turn-heard.", rows.compactMap(\.silences).flatMap { $0 })
            + InteractionPanel.figures(p + "at-200-ms.", rows.compactMap(\.interactionCoarse))
        var section = Section(title: panel, conversations: 0, figures: figures)
        let finished = events.count { $0.wasSpeaking && $0.hadFinished }
        if finished > 0 {
            section.note = "\(finished) events are left out: the assistant had said everything within their window"
        }
        sections.append(section)
    }

    /// The table's figures and what they are.
    private static let rows = [
        ("L_R.mean", "L_R, from the end of a turn to the answer, mean"), ("L_R.median", "median"), ("L_R.p90", "p90"),
        ("L_R.without-fillers.median", "without requests that only make the assistant talk, median"),
        ("L_R.without-fillers.p90", "p90"),
        ("L_Y.mean", "L_Y, from the start of an interruption to silence, mean"), ("L_Y.median", "median"),
        ("R_R", "R_R, turns answered before the user speaks again"),
        ("R_Y", "R_Y, interruptions yielded to within 2.0 s"),
        ("I_A", "I_A, interruptions by the assistant, per turn"),
        ("S_BC", "S_BC, back-channels talked through for 1.0 s"),
        ("S_VT", "S_VT, coughs, laughs, “um”: talked through for 1.0 s, unanswered for 2.0 s"),
        ("S_ND", "S_ND, side talk: the same"), ("S", "mean of the three"),
        ("penalty-time", "penalty time of a sound over the assistant's speech (SID-Bench)"),
        ("end-of-turn.cut-offs-at-300-ms", "pauses taken for the turn's end, at a mean latency of 300 ms (eot-bench)"),
        ("end-of-turn.cut-offs-at-600-ms", "at 600 ms"),
        ("end-of-turn.latency-at-5-percent", "mean latency at 5 % of false cut-offs"),
    ]

    /// The panels that were measured.
    private var measured: [String] {
        Self.panels.filter { panel in sections.contains { $0.title == panel } }
    }

    private func name(of panel: String) -> String {
        measured.count < 2 ? model : model + (panel == Self.panels[1] ? ", people" : ", synthesizers")
    }

    /// For each panel, a header and rows: what it is, value, interval, n, value in τ-voice's ticks.
    var panelTables: [[[String]]] {
        measured.map { panel in
            let rows = Self.rows.compactMap { name, label -> [String]? in
                guard let figure = figures.first(where: { $0.name == "\(panel).\(name)" }) else { return nil }
                let coarse = figures.first { $0.name == "\(panel).at-200-ms.\(name)" }
                return [label, figure.shown, figure.interval, "\(figure.n)", coarse?.shown ?? ""]
            }
            return [[name(of: panel), "value", "95 %", "n", "at 200 ms"]] + rows
        }
    }

    /// Ours and the published rows.
    var panelComparison: [[String]] {
        guard !measured.isEmpty else { return [] }
        let ours = measured.map { PublishedPanel(self, $0 + ".", name: name(of: $0) + " (here)") }
        return [PublishedPanel.head] + (ours + PublishedPanel.all).map(\.row)
    }

    /// The plane twice: over all three kinds of what is not meant for the assistant, and over back-channels alone.
    var planes: [String] {
        [("S", "mean of S_BC, S_VT, S_ND"), ("S_BC", "S_BC")].compactMap { figure, label in
            let ours = measured.compactMap { panel -> Plot.Place? in
                guard let x = self.figure(panel + ".R_Y"), let y = self.figure("\(panel).\(figure)") else { return nil }
                return Plot.Place(x: x, y: y, label: name(of: panel), isOurs: true)
            }
            let others = PublishedPanel.all.map { other in
                let talksOn = figure == "S" ? other.selectivity : other.backChannel
                return Plot.Place(
                    x: Figure("", other.yields, .share, n: 0), y: Figure("", talksOn, .share, n: 0), label: other.system
                )
            }
            let title = "Yields, and talks on: \(label)"
            return ours.isEmpty
                ? nil : Plot.plane(title, x: "R_Y: yields when interrupted", y: "\(label): talks on", ours + others)
        }
    }
}

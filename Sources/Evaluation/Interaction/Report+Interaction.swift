// The interaction panel in the report: its sections, its tables, the plane.

internal import Foundation

extension Suite {
    /// Whether the suite's conversations belong to the panel. The others are made to be hard for ears or memory.
    var isInPanel: Bool {
        switch self {
        case .turnTaking, .pause, .backChannel, .vocalTic, .sideTalk, .interruption, .stop: true
        case .silence, .noSpeech, .echo, .degraded, .memory, .unknown, .repeat: false
        }
    }
}

extension Report {
    static let panel = "interaction"

    /// Adds the panel over all conversations so far.
    public mutating func addInteraction() {
        let rows = rows.filter(\.suite.isInPanel), events = rows.compactMap(\.interaction)
        guard !events.isEmpty else { return }
        let p = Self.panel + "."
        let figures =
            InteractionPanel.figures(p, events) + [InteractionPanel.penaltyTime(p, events)]
            + EndOfTurn.figures(p + "end-of-turn.", rows.compactMap(\.silencesDecided).flatMap { $0 })
            + EndOfTurn.figures(p + "end-of-turn-heard.", rows.compactMap(\.silences).flatMap { $0 })
            + InteractionPanel.figures(p + "at-200-ms.", rows.compactMap(\.interactionCoarse))
        var section = Section(title: Self.panel, conversations: 0, figures: figures)
        let finished = events.count { $0.wasSpeaking && $0.hadFinished }
        if finished > 0 {
            section.note = "\(finished) events are left out: the assistant had said everything within their window"
        }
        sections.append(section)
    }

    /// What the panel's figures mean.
    private static let meanings = [
        ("L_R.mean", "end of the user's turn to the answer"), ("L_R.median", "the same"), ("L_R.p90", "the same"),
        ("L_Y.mean", "start of an interruption to silence"), ("L_Y.median", "the same"),
        ("R_R", "turns answered before the user speaks again"), ("R_Y", "interruptions yielded to within 2.0 s"),
        ("I_A", "interruptions by the assistant, per turn"), ("S_BC", "back-channels talked through for 1.0 s"),
        ("S_VT", "coughs, laughs, “um”: talked through, or no answer for 2.0 s"),
        ("S_ND", "side talk: the same"), ("S", "mean of the three"),
        ("penalty-time", "SID-Bench: lost per interruption, back-channel, tic or side talk over speech"),
        ("end-of-turn.cut-offs-at-300-ms", "eot-bench: pauses taken for the end, at a mean latency of 300 ms"),
        ("end-of-turn.cut-offs-at-600-ms", "the same at 600 ms"),
        ("end-of-turn.latency-at-5-percent", "eot-bench: mean latency at 5 % false cut-offs"),
    ]

    /// Header and rows: figure, value, interval, n, value in their ticks, what it is.
    var panelTable: [[String]] {
        let p = Self.panel + "."
        guard figures.contains(where: { $0.name.hasPrefix(p) }) else { return [] }
        let rows = Self.meanings.compactMap { name, meaning -> [String]? in
            guard let figure = figures.first(where: { $0.name == p + name }) else { return nil }
            let coarse = figures.first { $0.name == p + "at-200-ms." + name }
            let label = name.replacing(".", with: ", ").replacing("end-of-turn, ", with: "").replacing("-", with: " ")
            return [label, figure.shown, figure.interval, "\(figure.n)", coarse?.shown ?? "", meaning]
        }
        return [["", "value", "95 %", "n", "at 200 ms", ""]] + rows
    }

    /// Ours and the published rows.
    var panelComparison: [[String]] {
        panelTable.isEmpty
            ? []
            : [PublishedPanel.head]
                + ([PublishedPanel(self, Self.panel + ".", name: model + " (here)")] + PublishedPanel.all).map(\.row)
    }

    /// The plane twice: over all three kinds of what is not meant for the assistant, and over back-channels alone.
    var planes: [String] {
        guard let yields = figure(Self.panel + ".R_Y") else { return [] }
        func share(_ value: Double?) -> Figure { Figure("", value, .share, n: 0) }
        return [("S", "mean of S_BC, S_VT, S_ND"), ("S_BC", "S_BC")].compactMap { name, label in
            guard let ours = figure(Self.panel + "." + name) else { return nil }
            let others = PublishedPanel.all.map { other in
                Plot.Place(
                    x: share(other.yields), y: share(name == "S" ? other.selectivity : other.backChannel),
                    label: other.system)
            }
            let here = Plot.Place(x: yields, y: ours, label: model, isOurs: true)
            return Plot.plane(
                "Yields, and talks on: \(label)", x: "R_Y: yields when interrupted", y: "\(label): talks on",
                [here] + others)
        }
    }
}

// Goals for a model, as the report's first table.

internal import Foundation

/// One row of the table. Shares from 0 to 1, times in seconds, as in `Figure`.
struct Goal: Sendable {
    var label: String
    /// The figures behind the goal, pooled with their sample sizes as weights.
    var names: [String]
    /// The value that a good listener reaches. More is better if `aim` is above it, less if below. Nil: no goal.
    var must: Double?
    var aim: Double?

    init(_ label: String, _ names: String..., must: Double? = nil, aim: Double? = nil) {
        (self.label, self.names, self.must, self.aim) = (label, names, must, aim)
    }

    static let all = [
        Goal("exactly right, requests with a slot to hear", "turn-taking.right.slot", must: 0.9, aim: 0.98),
        Goal(
            "the same, synthesizers never trained on (flite awb, rms)", "turn-taking.right.slot.group.awb",
            "turn-taking.right.slot.group.rms", must: 0.8, aim: 0.95),
        Goal("exactly right, one-answer requests", "turn-taking.right.one-answer"),
        Goal("replies to noise bursts, reversed speech, music", "no-speech.replied", must: 0.03, aim: 0.003),
        Goal("repeat after me, open vocabulary: word error rate", "repeat.word-error-rate", must: 0.15, aim: 0.06),
        Goal("answers after the end of a turn", "turn-taking.replied", must: 0.98, aim: 0.995),
        Goal("response latency, median", "turn-taking.latency.median", must: 0.32, aim: 0.2),
        Goal("response latency, p90", "turn-taking.latency.p90", must: 0.48, aim: 0.32),
        Goal("speaks into a hesitation of 0.3 to 2 s", "pause.take-over-in-pause", must: 0.08, aim: 0.02),
        Goal("stops when interrupted", "interruption.stopped", must: 0.97, aim: 0.995),
        Goal("stop latency, median", "interruption.stop-latency.median", must: 0.32, aim: 0.2),
        Goal("right answer to the interrupting request", "interruption.right", must: 0.88, aim: 0.96),
        Goal("stops for a back-channel", "back-channel.wrong-stops", must: 0.08, aim: 0.02),
        Goal("yields when interrupted, R_Y", "interaction.R_Y", must: 0.95, aim: 0.98),
        Goal("talks through back-channels, S_BC", "interaction.S_BC", must: 0.9, aim: 0.97),
        Goal("ignores vocal tics, S_VT", "interaction.S_VT", must: 0.85, aim: 0.95),
        Goal("ignores side talk, S_ND", "interaction.S_ND", must: 0.85, aim: 0.95),
        Goal("answers after, L_R, median", "interaction.L_R.median", must: 0.55, aim: 0.35),
        Goal("answers after, L_R, p90", "interaction.L_R.p90", must: 0.9, aim: 0.6),
        Goal("yields after, L_Y, median", "interaction.L_Y.median", must: 0.35, aim: 0.25),
        Goal("false cut-offs at 300 ms", "interaction.end-of-turn.cut-offs-at-300-ms", must: 0.15, aim: 0.08),
        Goal("false cut-offs at 600 ms", "interaction.end-of-turn.cut-offs-at-600-ms", must: 0.06, aim: 0.03),
        Goal("stop, go on, say that again: right", "stop.right"),
        Goal(
            "people: word errors beyond full-context Whisper, clean",
            "people-hears.word-error-rate.above-whisper.condition.clean", must: 0.02, aim: 0),
        Goal(
            "… in noise at 10 dB", "people-hears.word-error-rate.above-whisper.condition.noise 10 dB", must: 0.05,
            aim: 0.02),
        Goal(
            "… in a room, far away", "people-hears.word-error-rate.above-whisper.condition.room", must: 0.05, aim: 0.02),
        Goal("… by telephone", "people-hears.word-error-rate.above-whisper.condition.telephone", must: 0.05, aim: 0.02),
        Goal("people: yields when interrupted, R_Y", "people-interaction.R_Y", must: 0.95, aim: 0.98),
        Goal("people: talks through back-channels, S_BC", "people-interaction.S_BC", must: 0.9, aim: 0.97),
        Goal("people: ignores vocal tics, S_VT", "people-interaction.S_VT", must: 0.85, aim: 0.95),
        Goal("people: ignores side talk, S_ND", "people-interaction.S_ND", must: 0.85, aim: 0.95),
        Goal("people: answers after, L_R, median", "people-interaction.L_R.median", must: 0.55, aim: 0.35),
        Goal("people: answers after, L_R, p90", "people-interaction.L_R.p90", must: 0.9, aim: 0.6),
        Goal("people: yields after, L_Y, median", "people-interaction.L_Y.median", must: 0.35, aim: 0.25),
        Goal(
            "people: false cut-offs at 300 ms", "people-interaction.end-of-turn.cut-offs-at-300-ms", must: 0.15,
            aim: 0.08),
        Goal(
            "people: false cut-offs at 600 ms", "people-interaction.end-of-turn.cut-offs-at-600-ms", must: 0.06,
            aim: 0.03),
        Goal(
            "breaks off for its own echo at −20 dB", "echo.self-interruptions.condition.-20 dB", must: 0.02, aim: 0.002),
        Goal(
            "accuracy at 10 dB SNR, against clean", "degraded.difference.condition.SNR 10 dB", must: -0.08, aim: -0.03),
        Goal("… with Opus at 8 kbit/s", "degraded.difference.condition.Opus 8 kbit/s", must: -0.08, aim: -0.03),
        Goal(
            "… with 5 % of the packets lost", "degraded.difference.condition.5 % packet loss", must: -0.08, aim: -0.03),
        Goal("false starts: silence, noise, music, knocks, far speech", "silence.false-starts", must: 1, aim: 0),
        Goal(
            "answers that break off though nobody interrupts them", "turn-taking.broke-off", "pause.broke-off",
            "memory.broke-off", "unknown.broke-off", "repeat.broke-off", "interruption.broke-off", "stop.broke-off"),
        Goal("recalls what was told 30 s ago", "memory.right.condition.30 s", must: 0.9, aim: 0.98),
        Goal("recalls what was told 2 min ago", "memory.right.condition.2 min", must: 0.7, aim: 0.95),
        Goal("recalls what was told 10 min ago", "memory.right.condition.10 min"),
        Goal("recalls what was told 60 min ago", "memory.right.condition.60 min"),
        Goal(
            "word errors of an independent recogniser, above the original voice's",
            "output.word-error-rate.above-original", must: 0.05, aim: 0.01),
        Goal(
            "words of its answers that Whisper base mishears", "output.word-error-rate.whisper", must: 0.08, aim: 0.05),
        Goal("refuses a request outside its domain", "unknown.refused"),
        Goal("answers one with confidence, wrongly", "unknown.wrong-answer", must: 0.1, aim: 0.02),
    ]

    /// The measured value, pooled over the figures; nil if nothing was measured.
    func reached(in report: Report) -> Figure? {
        let parts = names.compactMap(report.figure).filter { $0.n > 0 }, n = parts.reduce(0) { $0 + $1.n }
        guard let first = parts.first, parts.count > 1 else { return parts.first }
        return Figure(label, parts.reduce(0) { $0 + $1.value! * Double($1.n) } / Double(n), first.unit, n: n)
    }

    /// Nil if there is no goal or no value.
    func isReached(by figure: Figure) -> Bool? {
        guard let must, let value = figure.value else { return nil }
        return (aim ?? must) > must ? value >= must : value <= must
    }
}

extension Report {
    /// The table's header and rows: label, value, n, must, aim, whether it is reached. Only measured goals.
    var goals: [[String]] {
        let rows = Goal.all.compactMap { goal -> [String]? in
            guard let figure = goal.reached(in: self) else { return nil }
            let wanted = [goal.must, goal.aim].map { value in
                value.map { Figure("", $0, figure.unit, n: 0).shown } ?? ""
            }
            let mark = goal.isReached(by: figure).map { $0 ? "✓" : "✗" } ?? ""
            return [goal.label, figure.shown, "\(figure.n)"] + wanted + [mark]
        }
        return rows.isEmpty ? [] : [["", "reached", "n", "must", "aim", ""]] + rows
    }
}

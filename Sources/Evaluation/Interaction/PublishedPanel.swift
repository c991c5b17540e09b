// τ-voice's published figures of other systems. They are shown beside ours but were not measured here.

internal import Foundation

/// One system's panel: the mean over the domains airline, retail and telecom. Seconds and shares.
struct PublishedPanel: Sendable {
    var system: String
    var answerLatency: Double?
    var yieldLatency: Double?
    var answered: Double?
    var yields: Double?
    var interruptions: Double?
    var backChannel: Double?
    var vocalTic: Double?
    var sideTalk: Double?

    static let source =
        "τ-voice's interaction panel v1.0, from the submissions in tau2-bench (sierra-research, commit a2c0247); means over three domains, computed here"

    /// In the order L_R, L_Y, R_R, R_Y, I_A, S_BC, S_VT, S_ND.
    private init(_ system: String, _ values: Double...) {
        self.system = system
        (answerLatency, yieldLatency, answered, yields) = (values[0], values[1], values[2], values[3])
        (interruptions, backChannel, vocalTic, sideTalk) = (values[4], values[5], values[6], values[7])
    }

    static let all = [
        PublishedPanel("gpt-realtime-1.5", 1.39, 0.42, 1.00, 1.00, 0.14, 0.02, 0.05, 0.10),
        PublishedPanel("gpt-realtime-1.0", 1.53, 0.41, 0.98, 1.00, 0.12, 0.04, 0.05, 0.13),
        PublishedPanel("gpt-realtime-2 xhigh", 1.98, 0.62, 0.95, 1.00, 0.21, 0.04, 0.13, 0.16),
        PublishedPanel("gpt-realtime-2 minimal", 1.44, 0.62, 1.00, 1.00, 0.19, 0.02, 0.06, 0.17),
        PublishedPanel("grok-voice-fast-1.0", 1.15, 1.15, 0.91, 0.75, 0.84, 0.93, 0.58, 0.21),
        PublishedPanel("grok-voice-think-fast-1.0", 1.21, 1.37, 1.00, 0.94, 0.20, 0.66, 0.60, 0.28),
        PublishedPanel("grok-voice-think-fast-2.0", 1.71, 0.94, 1.00, 0.97, 0.11, 0.47, 0.33, 0.28),
        PublishedPanel("gemini-live-2.5-flash", 1.43, 0.86, 0.81, 0.56, 0.21, 0.85, 0.34, 0.45),
        PublishedPanel("gemini-3.1-flash-live high", 3.15, 0.86, 0.85, 0.50, 0.19, 0.94, 0.62, 0.43),
        PublishedPanel("qwen3.5-omni-plus-realtime", 1.70, 0.93, 0.99, 0.90, 0.36, 0.84, 0.36, 0.15),
        PublishedPanel("pine-voice-preview", 2.14, 1.13, 0.93, 0.45, 0.47, 0.97, 0.53, 0.49),
        PublishedPanel("LiveKit cascade", 4.24, 0.87, 0.79, 0.99, 0.64, 0.67, 0.49, 0.58),
    ]

    static let differences = [
        "Theirs solve customers' tasks with tools, over a network, and think meanwhile; their latencies contain that. Ours answer at once, on a virtual clock or on the same machine.",
        "Theirs hear ElevenLabs' voices with background noise; ours synthesizers or recordings, as the suites say.",
        "Theirs move in ticks of 200 ms, ours in steps of 10 ms; the column “at 200 ms” has ours in their ticks. There, an answer within the tick of the user's last word is an interruption, and one in the next tick is not counted.",
        "Theirs have 46 to 222 back-channels a row. Rates of fewer than 10 events are hidden in both.",
        "Here, an assistant that ends its answer by itself within the window neither yields nor talks on: such events are left out. Silences under 300 ms belong to speech. A caller who gets no answer and hangs up counts as unanswered.",
    ]

    /// The mean of the three, as the leaderboard's column.
    var selectivity: Double? {
        guard let backChannel, let vocalTic, let sideTalk else { return nil }
        return (backChannel + vocalTic + sideTalk) / 3
    }

    /// Our panel, as far as measured. `prefix`: that of the figures' names.
    init(_ report: Report, _ prefix: String, name: String) {
        func value(_ figure: String) -> Double? { report.figure(prefix + figure)?.value }
        system = name
        (answerLatency, yieldLatency) = (value("L_R.mean"), value("L_Y.mean"))
        (answered, yields, interruptions) = (value("R_R"), value("R_Y"), value("I_A"))
        (backChannel, vocalTic, sideTalk) = (value("S_BC"), value("S_VT"), value("S_ND"))
    }

    static let head = ["system", "L_R ↓", "L_Y ↓", "R_R ↑", "R_Y ↑", "I_A ↓", "S_BC ↑", "S_VT ↑", "S_ND ↑"]

    /// The row under `head`.
    var row: [String] {
        func time(_ value: Double?) -> String { value.map { String(format: "%.2f s", $0) } ?? "–" }
        func rate(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "–" }
        return [system, time(answerLatency), time(yieldLatency)]
            + [answered, yields, interruptions, backChannel, vocalTic, sideTalk].map(rate)
    }
}

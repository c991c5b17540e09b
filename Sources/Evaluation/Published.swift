// Other systems' published figures, with their sources. They stand beside ours; they were not measured here.

/// One system of Full-Duplex-Bench v1 (arXiv 2503.04721), by its code's rules. Shares and seconds; nil: not published.
struct Published {
    var system: String
    /// Take-over in synthetic pauses: lower is better.
    var pause: Double?
    /// Take-over at back-channels: lower is better.
    var backChannel: Double?
    /// Take-over after a turn, and its latency.
    var turn: Double?
    var turnLatency: Double?
    /// Take-over after an interruption, and its latency.
    var interruption: Double?
    var interruptionLatency: Double?

    init(
        _ system: String, _ pause: Double?, _ backChannel: Double?, _ turn: Double?, _ turnLatency: Double?,
        _ interruption: Double?, _ interruptionLatency: Double?
    ) {
        (self.system, self.pause, self.backChannel) = (system, pause, backChannel)
        (self.turn, self.turnLatency) = (turn, turnLatency)
        (self.interruption, self.interruptionLatency) = (interruption, interruptionLatency)
    }

    static let source =
        "Full-Duplex-Bench v1, arXiv 2503.04721; PersonaPlex and VoiceChat from their own reports by its rules"

    static let all = [
        Published("dGSLM", 0.934, 0.691, 0.975, 0.352, 0.917, 2.531),
        Published("Moshi", 0.985, 1.0, 0.941, 0.265, 1.0, 0.257),
        Published("Freeze-Omni", 0.642, 0.636, 0.336, 0.953, 0.867, 1.409),
        Published("Gemini Live 2.0", 0.255, 0.091, 0.655, 1.301, 0.891, 1.183),
        Published("GPT-Realtime", 0.010, 0, 1.0, 1.470, 0.970, 1.500),
        Published("PersonaPlex", 0.584, 0.327, 0.992, 0.070, 1.0, 0.400),
        Published("NemotronLabs VoiceChat", 0.153, nil, 0.815, 0.448, 1.0, 0.480),
    ]

    static let differences = [
        "Theirs are people's and a cloned voice's open talk; ours are synthetic voices' requests of a small domain. Good figures here say nothing about open talk.",
        "Ours come from the known times of every sound; theirs from a recogniser's words. Some answers here are so short (\"okay\") that their rule counts no take-over.",
        "Their interruption latency rewards a system that never stops talking (Moshi's 257 ms with an answer score of 0.8 of 5); our stop latency is from the true onset.",
        "A mute system would have the best pause and back-channel columns: read them beside the turn column.",
    ]

    /// Ours, as far as it was measured.
    static func ours(_ report: Report) -> Published {
        func value(_ name: String) -> Double? { report.figure(name)?.value }
        return Published(
            report.model + " (here)", value("pause.take-over-before-end"), value("back-channel.wrong-stops"),
            value("turn-taking.take-over"), value("turn-taking.latency.v1-mean"), value("interruption.take-over"),
            value("interruption.latency.v1-mean"))
    }
}

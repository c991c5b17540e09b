// Published figures of other systems, with sources. They are shown beside ours but were not measured here.

/// One system's Full-Duplex-Bench figures. Shares and seconds; nil: not published.
struct Published {
    var system: String
    /// Take-over in synthetic pauses (v1 §"pause handling"): lower is better.
    var pause: Double?
    /// Share of answers that go on after a back-channel (v1.5, "resume").
    var talkedOn: Double?
    /// Take-over rate after a turn, and its latency (v1).
    var turn: Double?
    var turnLatency: Double?
    /// Take-over rate after an interruption, and its latency (v1).
    var interruption: Double?
    var interruptionLatency: Double?
    /// Seconds of overlap until it stops for an interruption (v1.5).
    var stop: Double?

    static let source =
        "v1: arXiv 2503.04721; stops and back-channels v1.5: arXiv 2507.23159; PersonaPlex and VoiceChat from their own reports"

    static let all = [
        Published(
            system: "dGSLM", pause: 0.934, turn: 0.975, turnLatency: 0.352, interruption: 0.917,
            interruptionLatency: 2.531),
        Published(
            system: "Moshi", pause: 0.985, talkedOn: 0.06, turn: 0.941, turnLatency: 0.265, interruption: 1.0,
            interruptionLatency: 0.257),
        Published(
            system: "Freeze-Omni", pause: 0.642, talkedOn: 0.80, turn: 0.336, turnLatency: 0.953, interruption: 0.867,
            interruptionLatency: 1.409),
        Published(
            system: "Gemini Live 2.0", pause: 0.255, talkedOn: 0.93, turn: 0.655, turnLatency: 1.301,
            interruption: 0.891, interruptionLatency: 1.183, stop: 2.20),
        Published(
            system: "GPT-Realtime", pause: 0.010, turn: 1.0, turnLatency: 1.470, interruption: 0.970,
            interruptionLatency: 1.500),
        Published(system: "GPT-4o Realtime", talkedOn: 0.70, stop: 0.23),
        Published(
            system: "PersonaPlex", pause: 0.584, turn: 0.992, turnLatency: 0.070, interruption: 1.0,
            interruptionLatency: 0.400),
        Published(
            system: "NemotronLabs VoiceChat", pause: 0.153, talkedOn: 0.93, turn: 0.815, turnLatency: 0.448,
            interruption: 1.0, interruptionLatency: 0.480),
    ]

    static let differences = [
        "Theirs converse about anything, with recorded and cloned voices; ours answers synthetic voices' requests of a small domain. A good figure here says nothing about open talk.",
        "Ours come from the known times of every sound, theirs from a recogniser's words or a voice detector. Some answers here are so short (“okay”) that v1's rule counts no take-over.",
        "v1's interruption latency rewards a system that never stops talking: Moshi's answers there scored 0.8 of 5. v1.5's time to stop is at most as long as the user's own words; ours is from the true onset, median.",
        "A mute system would have the best pause column: read it beside the turn column.",
    ]

    /// Our figures, as far as measured.
    static func ours(_ report: Report) -> Published {
        func value(_ name: String) -> Double? { report.figure(name)?.value }
        return Published(
            system: report.model + " (here)", pause: value("pause.take-over-before-end"),
            talkedOn: value("back-channel.talked-on"), turn: value("turn-taking.take-over"),
            turnLatency: value("turn-taking.latency.v1-mean"), interruption: value("interruption.take-over"),
            interruptionLatency: value("interruption.latency.v1-mean"),
            stop: value("interruption.stop-latency.median"))
    }
}

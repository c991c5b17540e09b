// Logs the events in a session's life.

internal import Switchboard
internal import Wire

extension SessionReport {
    func log() { Log.info(message, fields) }

    var message: String {
        switch what {
        case .held: "session held"
        case .resumed: "session resumed"
        case .closed: "session closed"
        }
    }

    var fields: [(String, JSONText)] {
        let who = [
            ("session", JSONText.string(session)), ("remote", .string(remote)), ("protocol", .string(protocolName)),
        ]
        guard case .closed(let reason, let seconds) = what else { return who }
        var fields = who
        fields.insert(("reason", .string(reason)), at: 1)
        if let code { fields.append(("code", .integer(Int64(code)))) }
        return fields + [("seconds", .number(seconds))] + counts + latencies
    }

    private var counts: [(String, JSONText)] {
        [
            ("turns", .integer(Int64(figures.turns))), ("answers", .integer(Int64(figures.answers))),
            ("stopped_early", .integer(Int64(figures.stops))),
        ]
    }

    /// Empty if no latency was measured.
    private var latencies: [(String, JSONText)] {
        guard let median = figures.latencyMedian, let max = figures.latencyMax else { return [] }
        let milliseconds = { (seconds: Double) in JSONText.integer(Int64((1000 * seconds).rounded())) }
        return [("latency_ms_median", milliseconds(median)), ("latency_ms_max", milliseconds(max))]
    }
}

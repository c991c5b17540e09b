// The server's metrics, as Prometheus text (exposition format 0.0.4).

internal import Synchronization

/// Counters, gauges and histograms. Any thread.
final class Metrics: Sendable {
    struct Histogram {
        let bounds: [Double]
        var counts: [UInt64]
        var sum = 0.0

        init(_ bounds: [Double]) {
            self.bounds = bounds
            counts = Array(repeating: 0, count: bounds.count + 1)
        }

        mutating func observe(_ value: Double) {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            sum += value
        }
    }

    private struct State {
        var values: [String: Double] = [:]
        var histograms: [String: Histogram] = [:]
    }

    /// Name, type and help; for histograms the bucket bounds in seconds.
    private static let families: [(name: String, type: String, help: String, bounds: [Double])] = [
        ("duet_build_info", "gauge", "Version of the server.", []),
        ("duet_reload_successful", "gauge", "0 after a reload of which something failed, else 1.", []),
        ("duet_sessions_active", "gauge", "Sessions that are open.", []),
        ("duet_sessions_held", "gauge", "Sessions among them whose client was cut off and may come back.", []),
        ("duet_sessions_resumed_total", "counter", "Sessions that a client came back to.", []),
        ("duet_sessions_capacity", "gauge", "Sessions that the server can hold.", []),
        ("duet_session_memory_bytes", "gauge", "Memory that each of these takes from the start.", []),
        ("duet_sessions_room", "gauge", "Sessions that would be admitted now, an estimate.", []),
        (
            "duet_worker_load", "gauge",
            "Share of real time that a slice of all the worker's sessions takes at p99 of the last 10 s.", []
        ),
        ("duet_sessions_total", "counter", "Sessions opened since the start.", []),
        ("duet_admission_rejected_total", "counter", "Upgrades refused, by reason.", []),
        (
            "duet_protocol_errors_total", "counter", "Sessions that were ended because the client broke the protocol.",
            []
        ),
        ("duet_mind_answers_total", "counter", "Answers that minds were asked for, provisional ones included.", []),
        ("duet_mind_rollbacks_total", "counter", "Those among them that never were, because the user went on.", []),
        ("duet_mind_failures_total", "counter", "Answers that a mind did not give.", []),
        ("duet_mind_calls_total", "counter", "Calls of clients' tools.", []),
        ("duet_worker_stuck", "gauge", "1 while the worker's loop has not turned for more than 2 s.", []),
        ("duet_worker_stalls_total", "counter", "Times that a worker's loop did not turn for more than 2 s.", []),
        ("duet_log_lines_dropped_total", "counter", "Log lines that could not be written.", []),
        ("duet_float_products_total", "counter", "Matrix products computed in float32.", []),
        ("duet_openblas_products_total", "counter", "Those among them that OpenBLAS computed.", []),
        ("duet_slices_total", "counter", "Slices served.", []),
        ("duet_slice_deadline_missed_total", "counter", "Slices finished after their deadline.", []),
        ("duet_slices_skipped_total", "counter", "Slices skipped because a worker was too late.", []),
        ("duet_audio_in_dropped_seconds_total", "counter", "Input dropped because it came too fast or too late.", []),
        (
            "duet_audio_in_dropped_messages_total", "counter",
            "Input messages dropped unread because their client sent far more than real time.", []
        ),
        (
            "duet_audio_in_missing_seconds_total", "counter",
            "Silence put in place of input that had not come, of clients that have sent any.", []
        ),
        (
            "duet_accept_failures_total", "counter",
            "Times that a connection could not be taken: no descriptors or no memory.", []
        ),
        (
            "duet_connections_shed_total", "counter",
            "Connections without a request that were given up for others when descriptors ran out.", []
        ),
        ("duet_audio_out_dropped_messages_total", "counter", "Output that a slow client did not take.", []),
        ("process_cpu_seconds_total", "counter", "Processor time of the process in seconds.", []),
        ("process_resident_memory_bytes", "gauge", "Resident memory of the process.", []),
        ("process_virtual_memory_bytes", "gauge", "Addresses that the process has reserved.", []),
        ("process_open_fds", "gauge", "Open file descriptors.", []),
        ("process_max_fds", "gauge", "File descriptors that may be open.", []),
        ("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.", []),
        ("process_threads", "gauge", "Threads of the process.", []),
        (
            "duet_step_seconds", "histogram", "Duration of one stage of one step.",
            [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08]
        ),
        (
            "duet_slice_seconds", "histogram", "Time that one batched slice took to compute: the sum of its stages.",
            [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12]
        ),
        (
            "duet_slice_lateness_seconds", "histogram",
            "From when a slice of input is complete and its phase begins to when it is served.",
            [0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.12, 0.16, 0.24, 0.32, 0.48, 0.96]
        ),
        (
            "duet_response_latency_seconds", "histogram", "From the last loud input to the first slice of speech.",
            [0.08, 0.16, 0.24, 0.32, 0.4, 0.48, 0.64, 0.96, 1.5, 3]
        ),
        (
            "duet_playback_delay_seconds", "histogram",
            "From when audio was made to when its client has played it, as native clients tell.",
            [0.02, 0.04, 0.08, 0.12, 0.16, 0.24, 0.32, 0.48, 0.64, 0.96, 1.5, 3]
        ),
    ]

    private let state = Mutex(State())

    /// `series` is a family's name, with its labels if any: `name{label="value"}`.
    func add(_ series: String, _ value: Double = 1) { state.withLock { $0.values[series, default: 0] += value } }

    func set(_ series: String, _ value: Double) { state.withLock { $0.values[series] = value } }

    func value(_ series: String) -> Double { state.withLock { $0.values[series] ?? 0 } }

    func observe(_ series: String, seconds: Double) {
        let family = series.prefix { $0 != "{" }
        let bounds = Self.families.first { $0.name == family }!.bounds
        state.withLock { $0.histograms[series, default: Histogram(bounds)].observe(seconds) }
    }

    var text: String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        for family in Self.families {
            lines += ["# HELP \(family.name) \(family.help)", "# TYPE \(family.name) \(family.type)"]
            let mine = { (key: String) in key.prefix { $0 != "{" } == family.name }
            let values = state.values.filter { mine($0.key) }.sorted { $0.key < $1.key }
            lines += values.map { "\($0.key) \($0.value)" }
            if values.isEmpty && family.type == "counter" { lines.append("\(family.name) 0") }
            for (key, histogram) in state.histograms.filter({ mine($0.key) }).sorted(by: { $0.key < $1.key }) {
                lines += Self.lines(family.name, key, histogram)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ name: String, _ key: String, _ histogram: Histogram) -> [String] {
        let labels = key.dropFirst(name.count).dropFirst().dropLast()
        let prefix = labels.isEmpty ? "" : labels + ","
        let suffix = labels.isEmpty ? "" : "{\(labels)}"
        var total: UInt64 = 0
        var lines: [String] = []
        for (bound, count) in zip(histogram.bounds.map { "\($0)" } + ["+Inf"], histogram.counts) {
            total += count
            lines.append("\(name)_bucket{\(prefix)le=\"\(bound)\"} \(total)")
        }
        return lines + ["\(name)_sum\(suffix) \(histogram.sum)", "\(name)_count\(suffix) \(total)"]
    }
}

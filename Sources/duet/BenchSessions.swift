// `duet bench sessions`: how many real-time conversations a server on this machine holds, and what they cost.

internal import ArgumentParser
internal import Basics
internal import Evaluation
internal import Foundation
internal import Glibc
internal import Kernels

struct BenchSessions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Real-time conversations over websockets with a server in a process of its own.",
        discussion: """
            Without --sessions it looks for the most that are held without a missed deadline and without a gap: twice as \
            many each time, then between. The clients run in this process, and what they take is printed beside what the \
            server takes.
            """)

    @Argument(help: "WAV files that are spoken in turn, with pauses.") var inputs: [String]
    @Option(help: "Directory of the model.") var model = ModelPath.standard
    @Option(help: "Precision of the weights: f32, bf16 or int8.") var weights = Precision.standard
    @Option(help: "Precision of cached keys and values: f32, bf16 or int8.") var cache = CachePrecision.standard
    @Option(help: "Worker threads of the server. The default is one a core.") var workers: Int?
    @Option(parsing: .upToNextOption, help: "Conversations at once, 1 to 500, one run each.") var sessions: [Int] = []
    @Option(help: "Seconds of each run.") var seconds = 60.0
    @Option(help: "Milliseconds of the listener's jitter buffer.") var jitter = 60.0
    @Option(help: "The most conversations that are tried.") var most = 256
    @Option(help: "Seconds that the whole may take at most.") var secondsMax = 1800.0
    @Option(help: "Folder to write sessions.json and sessions.md to.") var out: String?

    struct Row: Encodable {
        var sessions, answers, questions, gaps, failures: Int
        /// Slices that came after their deadline, or not at all.
        var misses: Double
        /// Seconds of the clients' audio that did not reach the model, or came too late for it.
        var lostSeconds: Double
        var longestGap: Double
        /// p50, p95, p99 in milliseconds.
        var latency, lateness, slice: [Double]
        /// Cores that the server and the clients kept busy.
        var serverCores, clientCores: Double
        /// Megabytes that the server holds.
        var megabytes: Double

        /// No listener noticed anything. A small model leaves some questions unanswered.
        var isClean: Bool {
            misses == 0 && gaps == 0 && failures == 0 && lostSeconds < 0.1 * Double(sessions)
                && answers * 2 >= questions
        }
    }

    func validate() throws {
        guard !inputs.isEmpty else { throw ValidationError("name at least one WAV file") }
        guard sessions.allSatisfy({ (1...500).contains($0) }), (1...500).contains(most) else {
            throw ValidationError("--sessions and --most must be 1 to 500")
        }
        guard (5...3600).contains(seconds) else { throw ValidationError("--seconds must be 5 to 3600") }
        guard (1...14_400).contains(secondsMax) else { throw ValidationError("--seconds-max must be 1 to 14400") }
        guard (0...1000).contains(jitter) else { throw ValidationError("--jitter must be 0 to 1000 ms") }
    }

    func run() throws {
        Glibc.signal(SIGPIPE, SIG_IGN)
        let loop = try ClipLoop(inputs.map(WAV.samples(path:))), begun = MonotonicClock.now()
        var result = BenchResult<Row>("sessions", limits: CoreLimits())
        /// Nil when there is no time left.
        func holds(_ count: Int) -> Bool? {
            guard Double(MonotonicClock.now().since(begun)) * 1e-9 + seconds < secondsMax else {
                BenchProgress.say("no time is left for \(count) sessions")
                return nil
            }
            do {
                let row = try measure(count, loop)
                BenchProgress.say("\(count) sessions: \(row.isClean ? "clean" : "not clean")")
                result.rows.append(row)
                return row.isClean
            } catch {
                BenchProgress.say("\(count) sessions: \(error)")
                return false
            }
        }
        var isClean = true
        for count in sessions where holds(count) != true { isClean = false }
        if sessions.isEmpty {
            let held = Self.largest(most, holds)
            BenchProgress.say("held without a miss and without a gap: \(held)")
            isClean = held > 0
        }
        result.rows.sort { $0.sessions < $1.sessions }
        try result.publish(markdown(result.rows), to: out)
        if !isClean { throw ExitCode.failure }
    }

    /// The largest count up to `most` that `holds`, to a sixteenth; as far as it is known when `holds` gives up with nil.
    static func largest(_ most: Int, _ holds: (Int) -> Bool?) -> Int {
        var held = 0, tooMany = most + 1, next = min(8, most)
        while tooMany - held > max(1, held / 16) {
            guard let isHeld = holds(next) else { break }
            if isHeld { held = next } else { tooMany = next }
            next = tooMany > most ? min(held * 2, most) : (held + tooMany) / 2
        }
        return held
    }

    private func measure(_ count: Int, _ loop: ClipLoop) throws -> Row {
        let server = try BenchServer(
            arguments: [
                "--model", model, "--weights", weights.rawValue, "--cache", cache.rawValue, "--workers",
                String(workers ?? System.coreCount), "--sessions-max", String(count),
            ])
        defer { server.stop() }
        let busy = (server.processorSeconds, ProcessTime.own), begun = MonotonicClock.now()
        let load = LoadGenerator(
            url: server.url, loop: loop, sessions: count, seconds: seconds, jitter: jitter / 1000
        ).run()
        let wall = Double(MonotonicClock.now().since(begun)) * 1e-9
        let serverCores = (server.processorSeconds - busy.0) / wall, clientCores = (ProcessTime.own - busy.1) / wall
        let metrics = try server.metrics()
        load.failures.prefix(3).forEach(BenchProgress.say)
        func percentiles(_ values: [Double]) -> [Double] {
            [0.5, 0.95, 0.99].map { LoadResult.percentile(values, $0) * 1000 }
        }
        return Row(
            sessions: count, answers: load.answers, questions: load.clips, gaps: load.gaps.count,
            failures: load.failures.count,
            misses: metrics.sum("duet_slice_deadline_missed_total") + metrics.sum("duet_slices_skipped_total"),
            lostSeconds: metrics.sum("duet_audio_in_missing_seconds_total")
                + metrics.sum("duet_audio_in_dropped_seconds_total"),
            longestGap: (load.gaps.max() ?? 0) * 1000, latency: percentiles(load.latencies),
            lateness: percentiles(load.lateness),
            slice: [0.5, 0.95, 0.99].map { metrics.percentile("duet_slice_seconds", $0) * 1000 },
            serverCores: serverCores, clientCores: clientCores, megabytes: server.megabytes)
    }

    private func markdown(_ rows: [Row]) -> String {
        let head = """
            \(Int(seconds)) s each, weights \(weights), cache \(cache), \(workers ?? System.coreCount) workers; p50 / p95 / p99 in ms.

            | sessions | misses | gaps | failures | answers | response latency | packets late by | slice | server cores | client cores | server MB |
            |---|---|---|---|---|---|---|---|---|---|---|
            """
        func three(_ x: [Double]) -> String { x.map { String(format: "%.0f", $0) }.joined(separator: " / ") }
        return rows.reduce(into: head) { text, r in
            text +=
                "\n| \(r.sessions) | \(Int(r.misses)) | \(r.gaps) | \(r.failures) | \(r.answers) of \(r.questions) |"
            text += " \(three(r.latency)) | \(three(r.lateness)) | \(three(r.slice)) |"
            text += String(format: " %.2f | %.2f | %.0f |", r.serverCores, r.clientCores, r.megabytes)
        }
    }
}

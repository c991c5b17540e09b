// `duet bench overload`: what conversations notice while other threads take the processor, and how soon they recover.

internal import ArgumentParser
internal import Basics
internal import Callers
internal import Evaluation
internal import Families
internal import Foundation
internal import Glibc
internal import Kernels

struct BenchOverload: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overload",
        abstract: "Real-time conversations while busy threads take the server's cores for some seconds.",
        discussion: """
            The busy threads run on the cores that this process may use, and the server has the same ones: `taskset` sets \
            both. The clients are in this process and lose time too.
            """)

    @Argument(help: "WAV files that are spoken in turn, with pauses.") var inputs: [String]
    @OptionGroup var key: ServerKey
    @Option(help: "Directory of the model.") var model = ModelPath.standard
    @Option(help: "Precision of the weights: \(Precision.names).") var weights = Precision.standard
    @Option(help: "Precision of cached keys and values: \(Precision.cacheNames).", transform: Precision.forCaches)
    var cache = Precision.standard
    @Option(parsing: .unconditional, help: "Worker threads of the server.") var workers = ProcessInfo.processInfo
        .activeProcessorCount
    @Option(parsing: .unconditional, help: "Conversations at once, 1 to 500.") var sessions = 16
    @Option(
        parsing: .unconditional,
        help: "Seconds before the processor is taken, in which it is taken, and afterwards; 2 to 300 each.")
    var seconds = 15.0
    @Option(parsing: .unconditional, help: "Busy threads for each core, 1 to 16.") var thieves = 4
    @Option(help: "Folder to write overload.json and overload.md to.") var out: String?

    func validate() throws {
        guard !inputs.isEmpty else { throw ValidationError("name at least one WAV file") }
        guard (1...500).contains(sessions) else { throw ValidationError("--sessions must be 1 to 500") }
        guard (1...256).contains(workers) else { throw ValidationError("--workers must be 1 to 256") }
        guard (2...300).contains(seconds) else { throw ValidationError("--seconds must be 2 to 300") }
        guard (1...16).contains(thieves) else { throw ValidationError("--thieves must be 1 to 16") }
    }

    struct Row: Encodable {
        var part: String
        /// p50, p99 and maximum in milliseconds: how late packets came, relative to their position.
        var lateness: [Double]
        var misses, skipped, droppedSeconds: Double
        /// The smallest and the largest room that the metrics showed.
        var room: [Double]
    }

    func run() throws {
        Glibc.signal(SIGPIPE, SIG_IGN)
        if let out { try OutputFile.folder(out) }
        let loop = try ClipLoop(inputs.map(WAV.samples(path:)))
        let server = try BenchServer(
            arguments: [
                "--model", model, "--weights", weights.rawValue, "--cache", cache.rawValue, "--workers",
                String(workers), "--sessions-max", String(2 * sessions),
            ])
        defer { server.stop() }
        let lead = 2 + Double(sessions) * LoadGenerator.apart, begun = MonotonicClock.now()
        let steal = (from: begun.seconds + lead + seconds, to: begun.seconds + lead + 2 * seconds)
        let watch = OverloadWatch(server.url, until: steal.to + seconds)
        let thief = Thread { [thieves] in
            Thread.sleep(forTimeInterval: steal.from - MonotonicClock.now().seconds)
            BusyThreads.run(thieves * ProcessInfo.processInfo.activeProcessorCount, until: steal.to)
        }
        watch.start()
        thief.start()
        let load = LoadGenerator(
            url: server.url, key: key.text, loop: loop, sessions: sessions, seconds: lead + 3 * seconds, jitter: 0.06
        ).run()
        load.failures.prefix(3).forEach(BenchProgress.say)
        var result = BenchResult<Row>("overload", limits: CoreLimits())
        let bounds = [steal.from - seconds, steal.from, steal.to, steal.to + seconds]
        for (i, part) in ["before", "meanwhile", "after"].enumerated() {
            result.rows.append(row(part, bounds[i]..<bounds[i + 1], load, from: begun.seconds, watch.samples))
        }
        try result.publish(markdown(result.rows, OverloadWatch.recovery(watch.samples, from: steal.to)), to: out)
        if !load.failures.isEmpty { throw ExitCode.failure }
    }

    private func row(
        _ part: String, _ time: Range<Double>, _ load: LoadResult, from begun: Double,
        _ samples: [OverloadWatch.Sample]
    ) -> Row {
        let late = load.arrivals.filter { time.contains(begun + $0.at) }.map(\.late)
        let mine = samples.filter { time.contains($0.at) }
        func grown(_ value: KeyPath<OverloadWatch.Sample, Double>) -> Double {
            (mine.last?[keyPath: value] ?? 0) - (mine.first?[keyPath: value] ?? 0)
        }
        return Row(
            part: part,
            lateness: [LoadResult.percentile(late, 0.5), LoadResult.percentile(late, 0.99), late.max() ?? .nan].map {
                $0 * 1000
            }, misses: grown(\.misses), skipped: grown(\.skipped), droppedSeconds: grown(\.dropped),
            room: [mine.map(\.room).min() ?? .nan, mine.map(\.room).max() ?? .nan])
    }

    private func markdown(_ rows: [Row], _ recovery: (late: Double, closed: Double)) -> String {
        let head = """
            \(sessions) sessions, weights \(weights), cache \(cache), \(workers) workers, \(Int(seconds)) s each part, \
            \(thieves) busy threads a core; packets late by p50 / p99 / most in ms.

            | | packets late by | slices late | slices skipped | input dropped | room |
            |---|---|---|---|---|---|
            """
        let table = rows.reduce(into: head) { text, r in
            let late = r.lateness.map { String(format: "%.0f", $0) }.joined(separator: " / ")
            text += String(
                format: "\n| %@ | %@ | %.0f | %.0f | %.2f s | %.0f to %.0f |", r.part, late, r.misses, r.skipped,
                r.droppedSeconds, r.room[0], r.room[1])
        }
        return table
            + String(
                format: "\n\nThe last late or skipped slice came %.1f s after the end, room for one more %.1f s.",
                recovery.late, recovery.closed)
    }
}

extension Instant {
    var seconds: Double { Double(nanoseconds) * 1e-9 }
}

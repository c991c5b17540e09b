// `duet bench sessions`: how many real-time conversations a server on this machine can hold, and what they cost.

internal import ArgumentParser
internal import Basics
internal import CSystem
internal import Callers
internal import Dialogue
internal import Evaluation
internal import Families
internal import Foundation
internal import Glibc
internal import Kernels

struct BenchSessions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Real-time conversations over websockets with a server in a process of its own.",
        discussion: """
            Without --sessions it looks for the most that are held without a missed deadline and without a gap: twice as \
            many each time, then between. One session alone comes first: what latency is without a load. With --people the \
            clients say recordings of people who are held out of all training. The clients are one thread of this \
            process, on a core of its own where there are four; what they take is printed beside what the server takes.
            """)

    @Argument(help: "WAV files that are spoken in turn, with pauses.") var inputs: [String] = []
    @OptionGroup var people: PeopleClips
    @Option(parsing: .unconditional, help: "Seconds of silence after each recording.") var pause = 4.0
    @Option(help: "Directory of the model.") var model = ModelPath.standard
    @Option(help: "What answers, as for `duet serve`: a URL, a GGUF file, or none.") var mind: String?
    @Option(help: "Precision of the weights: \(Precision.names).") var weights = Precision.standard
    @Option(help: "Precision of cached keys and values: \(Precision.cacheNames).", transform: Precision.forCaches)
    var cache = Precision.standard
    @Option(parsing: .unconditional, help: "Worker threads of the server. The default is one a core.") var workers: Int?
    @Option(parsing: .unconditional, help: "Groups of a worker's sessions that are served apart.") var phases = Limits()
        .phases
    @Option(parsing: .unconditional, help: "Share of a slice's time up to which the server admits.") var budget =
        Limits().budget
    @Option(
        parsing: .unconditional,
        help:
            "Cores that the server runs on; the clients have the others. The default: all, or all but one of four or more."
    )
    var serverCores: Int?
    @Option(help: "A server that runs already, on this machine, instead of one that is started: ws://127.0.0.1:port.")
    var url: String?
    @OptionGroup var key: ServerKey
    @Option(parsing: .upToNextOption, help: "Conversations at once, 1 to 500, one run each.") var sessions: [Int] = []
    @Option(parsing: .unconditional, help: "Seconds of each run in which all talk.") var seconds = 60.0
    @Option(parsing: .unconditional, help: "Seconds between the beginnings of two conversations.") var apart = 0.023
    @Option(
        parsing: .unconditional,
        help:
            "Share of the slices that may be late, such as 0.01, if nine of ten answers come within 1.5 times the delay of a session alone. The default: none may, and there may be no gap."
    )
    var lateMax: Double?
    @Option(parsing: .unconditional, help: "Milliseconds of the listener's jitter buffer; browsers use 60 to 80.")
    var jitter = 60.0
    @Option(parsing: .unconditional, help: "The most conversations that are tried.") var most = 256
    @Option(parsing: .unconditional, help: "Seconds that the whole may take at most.") var secondsMax = 1800.0
    @Option(help: "Folder to write sessions.json, sessions.md and plots to.") var out: String?

    /// Duration of the run with one session, in seconds.
    private static let unloadedSeconds = 60.0

    func validate() throws {
        guard inputs.isEmpty != (people.people == nil) else {
            throw ValidationError("name WAV files, or --people with a file of conversations")
        }
        guard (0...60).contains(pause) else { throw ValidationError("--pause must be 0 to 60 seconds") }
        guard (0.001...60).contains(apart) else { throw ValidationError("--apart must be 0.001 to 60 seconds") }
        guard (0...1).contains(lateMax ?? 0) else { throw ValidationError("--late-max must be 0 to 1") }
        guard sessions.allSatisfy({ (1...500).contains($0) }), (1...500).contains(most) else {
            throw ValidationError("--sessions and --most must be 1 to 500")
        }
        guard (5...3600).contains(seconds) else { throw ValidationError("--seconds must be 5 to 3600") }
        guard (1...14_400).contains(secondsMax) else { throw ValidationError("--seconds-max must be 1 to 14400") }
        guard (0...1000).contains(jitter) else { throw ValidationError("--jitter must be 0 to 1000 ms") }
        guard serverCores.map((1...System.coreCount).contains) ?? true else {
            throw ValidationError("--server-cores must be 1 to \(System.coreCount) here")
        }
        if let url { try check(url) }
    }

    private func check(_ url: String) throws {
        let server: ServerURL
        do { server = try ServerURL(url) } catch { throw ValidationError("--url \(error)") }
        guard server.isNative else { throw ValidationError("--url must have no path: the native protocol is spoken") }
        guard ["127.0.0.1", "localhost", "[::1]", "::1"].contains(URLComponents(string: server.description)?.host)
        else {
            throw ValidationError("--url must be on this machine")
        }
    }

    /// Cores for the server and, if any are left, for the clients.
    var cores: (server: Int, clients: Int?) {
        let all = System.coreCount, server = serverCores ?? (all < 4 ? all : all - 1)
        return (server, server < all ? all - server : nil)
    }

    func run() throws {
        Glibc.signal(SIGPIPE, SIG_IGN)
        if let out { try OutputFile.folder(out) }
        let loop = try loop(), begun = MonotonicClock.now()
        var result = BenchResult<Row>("sessions", limits: CoreLimits())
        let alone = try measure(1, loop, seconds: aloneSeconds(loop), unloaded: nil)
        result.rows.append(alone.row)
        /// Whether the server held `count` sessions cleanly; nil if no time is left.
        func holds(_ count: Int) -> Bool? {
            guard Double(MonotonicClock.now().since(begun)) * 1e-9 + seconds < secondsMax else {
                BenchProgress.say("no time is left for \(count) sessions")
                return nil
            }
            do {
                let row = try measure(count, loop, seconds: seconds, unloaded: alone).row
                BenchProgress.say("\(count) sessions: \(row.isHeld(lateMax) ? "held" : "not held")")
                result.rows.append(row)
                return row.isHeld(lateMax)
            } catch {
                BenchProgress.say("\(count) sessions: \(error)")
                return false
            }
        }
        var isClean = true
        for count in sessions where holds(count) != true { isClean = false }
        if sessions.isEmpty {
            let held = Self.largest(most, holds)
            BenchProgress.say("held: \(held)")
            isClean = held > 0
        }
        // A number that happened to be held beyond one that was not, does not count.
        let firstFailed = result.rows.filter { !$0.isHeld(lateMax) }.map(\.sessions).min() ?? .max
        let most = result.rows.map(\.sessions).filter { $0 < firstFailed }.max() ?? 0
        result.rows.sort { $0.sessions < $1.sessions }
        try result.publish(
            heading(loop) + Self.markdown(result.rows) + "\n\nHeld: \(most).", to: out, plots: Self.plots(result.rows))
        if !isClean { throw ExitCode.failure }
    }

    /// The largest count up to `most` that `holds`, to within a sixteenth; if `holds` returns nil, the best found so far.
    static func largest(_ most: Int, _ holds: (Int) -> Bool?) -> Int {
        var held = 0, tooMany = most + 1, next = min(8, most)
        while tooMany - held > max(1, held / 16) {
            guard let isHeld = holds(next) else { break }
            if isHeld { held = next } else { tooMany = next }
            next = tooMany > most ? min(held * 2, most) : (held + tooMany) / 2
        }
        return held
    }

    private func loop() throws -> ClipLoop {
        guard people.people != nil else { return try ClipLoop(inputs.map(WAV.samples(path:)), pause: pause) }
        let clips = try people.load()
        return try ClipLoop(clips.map(\.samples), texts: clips.map(\.text), pause: pause)
    }

    /// Time for every clip of people's once: their answers' latencies differ by seconds.
    private func aloneSeconds(_ loop: ClipLoop) -> Double {
        people.people == nil ? min(seconds, Self.unloadedSeconds) : loop.seconds
    }

    private func heading(_ loop: ClipLoop) -> String {
        let server =
            url
                ?? """
                weights \(weights), cache \(cache), \(workers ?? cores.server) workers on \(cores.server) cores, \
                phases \(phases), budget \(budget)
                """
        let clients = cores.clients == nil ? "sharing these" : "on \(cores.clients!) other cores"
        return """
            \(Int(seconds)) s each, \(server), clients \(clients). Times in ms, p50 / p95 / p99. The session alone talks \
            \(Int(aloneSeconds(loop))) s.


            """
    }

    /// A server for `count` sessions, pinned to its cores; or the one at `url`.
    private func server(_ count: Int) throws -> BenchServer {
        if let url { return try BenchServer(url: ServerURL(url).description) }
        if cores.clients != nil { _ = shim_run_on_cores(0, CInt(cores.server)) }
        defer { if let clients = cores.clients { _ = shim_run_on_cores(CInt(cores.server), CInt(clients)) } }
        return try BenchServer(
            arguments: [
                "--model", model, "--weights", weights.rawValue, "--cache", cache.rawValue, "--workers",
                String(workers ?? cores.server), "--phases", String(phases), "--budget",
                String(budget), "--sessions-max", String(count),
            ] + (mind.map { ["--mind", $0] } ?? []))
    }

    /// A row, and the median latency of each clip.
    private typealias Run = (row: Row, medians: [Int: Double])

    private func measure(_ count: Int, _ loop: ClipLoop, seconds: Double, unloaded: Run?) throws -> Run {
        let server = try server(count)
        defer { server.stop() }
        var row = Row()
        row.sessions = count
        row.megabytesAtStart = server.megabytes
        row.megabytesEmpty = unloaded?.row.megabytesEmpty ?? row.megabytesAtStart
        var before = (server: 0.0, clients: 0.0, threads: server.threadSeconds, at: MonotonicClock.now())
        var load = LoadGenerator(
            url: server.url, key: key.text, loop: loop, sessions: count, seconds: seconds, jitter: jitter / 1000)
        load.apart = apart
        let begun = MonotonicClock.now().seconds
        let watch = OverloadWatch(
            server.url, until: begun + load.ramp + seconds, every: 1)
        watch.start()
        let result = load.run { mark in
            let now = (
                server: server.processorSeconds, clients: ProcessTime.own, threads: server.threadSeconds,
                at: MonotonicClock.now()
            )
            if mark == .allTalk { return before = now }
            let wall = Double(now.at.since(before.at)) * 1e-9
            row.serverCores = (now.server - before.server) / wall
            row.clientCores = (now.clients - before.clients) / wall
            row.threads = now.threads.mapValues { $0 / wall }
            for (name, seconds) in before.threads { row.threads[name, default: 0] -= seconds / wall }
            row.megabytes = server.megabytes
        }
        result.failures.prefix(3).forEach(BenchProgress.say)
        row.note(watch.samples, result, from: begun)
        row.note(result, medians: unloaded?.medians ?? result.medians)
        row.note(try server.metrics())
        row.latencyAboveUnloaded = row.latency[2] - (unloaded?.row ?? row).latency[0]
        row.latencyRatio = row.latencyNinety / (unloaded?.row ?? row).latencyNinety
        return (row, result.medians)
    }
}

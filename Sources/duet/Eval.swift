// `duet eval`: runs scripted conversations with a model and reports how well it converses.

internal import ArgumentParser
internal import Audio
internal import Basics
internal import Bench
internal import Callers
internal import Evaluation
internal import EvaluationRuns
internal import Families
internal import Foundation
internal import Glibc
internal import Kernels
internal import Wire

struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold scripted conversations with the model and measure how well it converses.",
        discussion: """
            Without --url the model runs in this process on a virtual clock, as fast as the machine allows and the same \
            every time. With --url the conversations are held with a server, in real time.
            """)
    /// Conversations of each suite whose timeline is always drawn.
    private static let shownCount = 2

    @Option(parsing: .upToNextOption, help: "Suites to hold: all, \(Suite.names).") var suite = ["all"]
    @Option(parsing: .unconditional, help: "Conversations a suite; all when not given.") var conversations: Int?
    @Option(help: "Model directory.") var model = ModelPath.standard
    @Option(help: "Precision of the weights: \(Precision.names). The default is \(Precision.standard).") var weights:
        Precision?
    @Option(
        help: "Precision of cached keys and values: \(Precision.cacheNames). The default is \(Precision.standard).",
        transform: Precision.forCaches)
    var cache: Precision?
    @Option(help: "Server to talk to in real time, instead of a model in this process: ws://host:port.") var url:
        String?
    @OptionGroup var key: ServerKey
    @OptionGroup var mindOptions: MindOptions
    @Option(help: "Without --url, the protocol that is spoken: \(wires.map(\.name).joined(separator: ", ")).")
    var wire = "duet"
    @Option(parsing: .unconditional, help: "Conversations at once with --url.") var atOnce = 8
    @Option(help: "JSON file of conversations; conversations.json of the model when not given.") var script: String?
    @Option(help: "Folder to write report.json, report.md, index.html and timelines to.") var out: String?
    @Option(help: "JSON file of limits, {\"turn-taking.right\": {\"min\": 0.8}}; a broken one fails the command.")
    var limits: String?
    @Option(parsing: .unconditional, help: "Answers that the independent recognisers hear.") var recognized = 150
    @Option(help: "Folder of people's recordings (Scripts/fetch-weights).") var recordings = ".weights"
    @Option(help: "Whisper's weights: what full context hears in people's recordings.") var reference =
        ".weights/tiny.en"
    @Option(help: "Whisper's weights: what is heard in the answers.") var judge = ".weights/base"
    @Option(parsing: .unconditional, help: "Varies noise and rooms.") var seed: UInt64 = 1

    func validate() throws {
        guard (weights == nil && cache == nil) || url == nil else {
            throw ValidationError("--weights and --cache are the server's business with --url")
        }
        guard Self.wires.contains(where: { $0.name == wire }) else {
            throw ValidationError("--wire must be one of \(Self.wires.map(\.name).joined(separator: ", "))")
        }
        if let url { do { _ = try ServerURL(url) } catch { throw ValidationError("--url \(error)") } }
        guard conversations ?? 1 >= 1 else { throw ValidationError("--conversations must be at least 1") }
        guard (1...64).contains(atOnce) else { throw ValidationError("--at-once must be 1 to 64") }
        guard recognized >= 0 else { throw ValidationError("--recognized must not be negative") }
        _ = try suites
    }

    /// The protocols with a client, by name, each once.
    private static let wires = WireProtocols.all.filter { $0.client != nil }.reduce(into: [WireProtocols.Entry]()) {
        wires, entry in
        if !wires.contains(where: { $0.name == entry.name }) { wires.append(entry) }
    }

    /// The selected suites, in the report's order.
    private var suites: [Suite] {
        get throws {
            let named = try suite.filter { $0 != "all" }.map { name in
                guard let suite = Suite(rawValue: name) else {
                    throw ValidationError("there is no suite \"\(name)\"; there are all, \(Suite.names)")
                }
                return suite
            }
            return Suite.allCases.filter { named.isEmpty || named.contains($0) }
        }
    }

    func run() throws {
        Glibc.signal(SIGPIPE, SIG_IGN)
        let folder = ModelPath.find(model)
        let script = try Script(path: script ?? folder + "/conversations.json")
        let bounds = try limits.map { try Bounds(path: $0) }
        // Find an unwritable folder before the conversations, not after.
        if let out { try OutputFile.folder(out) }
        let studio = try Studio(voices: Voices(), recordings: Recordings(folder: recordings), seed: seed)
        let jobs = try present(jobs(of: script))
        try Voices.check(jobs.map(\.scene))
        let begun = MonotonicClock.now()
        let (name, how, held) = try hold(jobs, folder: folder, studio)
        let outcomes = try refer(held, studio)
        let report = try report(jobs, outcomes, Report(model: name, how: how), script)
        Self.say("eval: \(MonotonicClock.now().since(begun) / 1_000_000_000) s")
        print(report.markdown)
        let broken = bounds?.broken(by: report.figures) ?? []
        broken.forEach { print("LIMIT \($0)") }
        if !broken.isEmpty || !report.failures.isEmpty { throw ExitCode.failure }
    }

    private func jobs(of script: Script) throws -> [Job] {
        let jobs = try suites.flatMap { suite in
            (script.suites[suite] ?? []).prefix(conversations ?? .max).enumerated().map { index, scene in
                Job(
                    suite: suite, scene: scene,
                    picture: out == nil ? .never : index < Self.shownCount ? .always : .whenBad)
            }
        }
        guard !jobs.isEmpty else { throw ValidationError("the script has no conversation of these suites") }
        return jobs
    }

    /// Without the suites whose recordings are missing.
    private func present(_ jobs: [Job]) throws -> [Job] {
        let (present, skipped) = try Recordings(folder: recordings).present(jobs)
        for line in skipped { Self.say("eval: \(line)") }
        guard !present.isEmpty else { throw CommandError(.input, "no conversation of these suites can be held") }
        return present
    }

    /// With what Whisper hears in the recordings.
    private func refer(_ outcomes: [Outcome], _ studio: Studio) throws -> [Outcome] {
        guard outcomes.contains(where: { $0.rows.contains(where: \.suite.countsWords) }) else { return outcomes }
        guard let whisper = Whisper(folder: reference) else {
            Self.say(
                "eval: \(reference)/model.bin is missing: no reference for the words heard (Scripts/fetch-weights)")
            return outcomes
        }
        return try whisper.refer(outcomes, studio: studio)
    }

    private func hold(
        _ jobs: [Job], folder: String, _ studio: Studio
    ) throws -> (model: String, how: String, [Outcome]) {
        if let url {
            let server = try ServerURL(url).description
            let outcomes = try EvalLive(
                url: server, key: key.text, atOnce: atOnce, studio: studio, onProgress: Self.progress
            ).run(jobs)
            return (url, "\(jobs.count) conversations in real time, \(atOnce) at once", outcomes)
        }
        let loaded = try ModelFamilies.load(folder, weights: weights ?? .standard, cache: cache ?? .standard)
        let entry = Self.wires.first { $0.name == wire }!
        let mind = try mindOptions.virtual(
            sessionsMax: EvalVirtual.conversationsPerEngine, needsMind: loaded.needsMind)
        let outcomes = EvalVirtual(
            model: loaded, studio: studio, entry: entry, mind: mind, onProgress: Self.progress
        ).run(jobs)
        let spoken = wire == Self.wires[0].name ? "" : ", protocol \(wire)"
        let how = "\(jobs.count) conversations on virtual clocks, seed \(seed)\(spoken)"
        let precision = [weights.map { ", weights \($0.rawValue)" }, cache.map { ", cache \($0.rawValue)" }]
        return (loaded.name, how + precision.compactMap { $0 }.joined(), outcomes)
    }

    private func report(_ jobs: [Job], _ outcomes: [Outcome], _ empty: Report, _ script: Script) throws -> Report {
        var report = empty, bySuite: [[Outcome]] = []
        for suite in try suites where jobs.contains(where: { $0.suite == suite }) {
            bySuite.append(zip(jobs, outcomes).filter { $0.0.suite == suite }.map(\.1))
            report.add(suite, bySuite.last!)
        }
        report.addInteraction()
        let answers = outcomes.flatMap(\.answers)
        if !answers.isEmpty {
            Self.say("eval: the recogniser hears \(min(answers.count, recognized)) answers")
            let whisper = Whisper(folder: judge)
            let section = OutputQuality(answers, whisper: whisper.map { whisper in { try whisper.texts(of: $0) } })
                .section(vocabulary: script.answerWords, countMax: recognized)
            report.sections.append(section)
        }
        if let out {
            do { try report.write(to: out, outcomes: bySuite) } catch {
                throw CommandError(.output, "cannot write the report to \(out): \(error.localizedDescription)")
            }
        }
        return report
    }

    private static let progress: @Sendable (Int, Int) -> Void = { done, count in
        say("eval: \(done) of \(count) conversations")
    }

    private static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

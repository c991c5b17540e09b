// `duet eval`: holds scripted conversations with a model and says how well it converses.

internal import ArgumentParser
internal import Basics
internal import Evaluation
internal import Families
internal import Foundation
internal import Wire

struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold scripted conversations with the model and measure how well it converses.",
        discussion: """
            Without --url the model runs in this process on a virtual clock, as fast as the machine allows and the same \
            every time.
            """)
    /// What the callers send and hear.
    static let format = AudioFormat(codec: .pcm, rate: SampleTime.rate)!

    @Option(help: "Suites to hold, or all: \(Suite.names).") var suite: [String] = ["all"]
    @Option(help: "Conversations a suite; all when not given.") var conversations: Int?
    @Option(help: "Model directory.") var model = ModelPath.standard
    @Option(help: "JSON file of conversations; conversations.json of the model when not given.") var script: String?
    @Option(help: "Varies noise and rooms.") var seed: UInt64 = 1

    func validate() throws {
        guard conversations ?? 1 >= 1 else { throw ValidationError("--conversations must be at least 1") }
        _ = try suites
    }

    /// In the order of the report.
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
        let folder = ModelPath.find(model)
        let script = try Script(path: script ?? folder + "/conversations.json")
        let plan = try suites.map { suite in
            (suite, Array((script.suites[suite] ?? []).prefix(conversations ?? .max)))
        }.filter { !$0.1.isEmpty }
        let scenes = plan.flatMap(\.1)
        guard !scenes.isEmpty else { throw ValidationError("the script has no conversation of these suites") }
        try Voices.check(scenes)
        let loaded = try ModelFamilies.load(folder)
        let studio = try Studio(voices: Voices(), seed: seed)
        let logs = EvalVirtual(model: loaded, studio: studio) { Self.progress($0, $1) }.run(scenes)
        var report = Report(model: loaded.name), next = 0
        for (suite, scenes) in plan {
            report.add(suite, Array(zip(scenes, logs[next..<next + scenes.count]).map { ($0, $1) }))
            next += scenes.count
        }
        print(report.markdown)
    }

    static func progress(_ done: Int, _ count: Int) {
        FileHandle.standardError.write(Data("eval: \(done) of \(count) conversations\n".utf8))
    }
}

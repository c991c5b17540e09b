// `duet bench slice`: cost of one worker's slice by stage and number of sessions.

internal import ArgumentParser
internal import Basics
internal import Callers
internal import Dialogue
internal import Evaluation
internal import Families
internal import Foundation
internal import Kernels

struct BenchSlice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slice",
        abstract: "A slice of a model by stage and number of conversations, with full windows, everybody speaking.",
        discussion:
            "Users say the WAV files in turn, without pauses; without any they are noise, in which no word is heard.")
    /// Maximum slices to run until windows are full.
    private static let filling = 400

    @Argument(help: "WAV files that users say.") var inputs: [String] = []
    @Option(help: "Directory of the model.") var model = ModelPath.standard
    @Option(help: "Precision of the weights: \(Precision.names).") var weights = Precision.standard
    @Option(help: "Precision of cached keys and values: \(Precision.cacheNames).", transform: Precision.forCaches)
    var cache = Precision.standard
    @Option(parsing: .upToNextOption, help: "Conversations at once, 1 to 256.") var sessions = [1, 2, 4, 8, 16, 32, 64]
    @Option(parsing: .unconditional, help: "Slices that are measured for each figure, 10 to 10000.") var slices = 100
    @Option(help: "Folder to write slice.json and slice.md to.") var out: String?

    struct Row: Encodable {
        var weights, cache: String
        var sessions: Int
        /// Medians in microseconds.
        var listen, decode, speak, sum: Double
        /// 99th percentile of the sum, in microseconds.
        var most: Double
        /// Words heard per session and slice.
        var words: Double
    }

    func validate() throws {
        guard sessions.allSatisfy({ (1...256).contains($0) }) else {
            throw ValidationError("--sessions must be 1 to 256")
        }
        guard (10...10_000).contains(slices) else { throw ValidationError("--slices must be 10 to 10000") }
    }

    func run() throws {
        if let out { try OutputFile.folder(out) }
        let loaded = try ModelFamilies.load(ModelPath.find(model), weights: weights, cache: cache)
        KernelTable.choose(loaded.products)
        let clip = try inputs.flatMap(WAV.samples(path:))
        var result = BenchResult<Row>("slice", limits: CoreLimits())
        for count in sessions {
            let row = measure(loaded, clip, count)
            BenchProgress.say(String(format: "%d sessions: %.0f us a slice", count, row.sum))
            result.rows.append(row)
        }
        try result.publish(Self.markdown(result.rows), to: out)
    }

    private func measure(_ loaded: any LoadedModel, _ clip: [Float], _ count: Int) -> Row {
        let model = loaded.instance(slots: count), plan = loaded.plan, samples = plan.samplesPerSlice
        let batch = SliceBatch(rowsMax: count, samplesPerSlice: samples), slots = Array(0..<count)
        let filling = min(Self.filling, (plan.memory.sinks + plan.memory.window) / plan.positionsPerSlice + 1)
        var random = Random(seed: 1), times: [[Double]] = [[], [], []], words = 0
        for slot in slots { [model.listen, model.decode, model.speak].forEach { $0.open(slot, seed: 0) } }
        for slice in 0..<filling + slices {
            batch.begin(slots)
            for i in batch.microphone.indices {
                let at = slice * samples + i % samples + i / samples * 7777
                batch.microphone[i] = clip.isEmpty ? (random.uniform() - 0.5) * 0.2 : clip[at % clip.count]
            }
            for (i, stage) in [model.listen, model.decode, model.speak].enumerated() {
                // The worst case: the speak stage costs most when every session speaks.
                if i == 2 { slots.forEach { batch.decisions[$0].speaks = true } }
                let begun = ThreadClock.now()
                stage.run(batch)
                if slice >= filling { times[i].append((ThreadClock.now() - begun) * 1e6) }
            }
            if slice >= filling { words += batch.decisions.prefix(count).count { $0.think != plan.tokens.idle } }
        }
        let sums = (0..<slices).map { i in times.reduce(0) { $0 + $1[i] } }.sorted()
        let medians = times.map { $0.sorted()[$0.count / 2] }
        return Row(
            weights: weights.rawValue, cache: cache.rawValue, sessions: count, listen: medians[0], decode: medians[1],
            speak: medians[2], sum: sums[slices / 2], most: sums[(slices * 99 - 1) / 100],
            words: Double(words) / Double(slices * count))
    }

    private static func markdown(_ rows: [Row]) -> String {
        let head = """
            Microseconds of one core's processor time, medians; p99 of the sum.

            | weights | cache | sessions | listen | decode | speak | sum | p99 | a session | words a slice | sessions in 70 % of a core |
            |---|---|---|---|---|---|---|---|---|---|---|
            """
        return rows.reduce(into: head) { text, r in
            let each = r.sum / Double(r.sessions)
            text += "\n| \(r.weights) | \(r.cache) | \(r.sessions) |"
            text += [r.listen, r.decode, r.speak, r.sum, r.most, each].map { String(format: " %.0f |", $0) }.joined()
            text += String(format: " %.2f | %.0f |", r.words, 0.7 * 80_000 / each)
        }
    }
}

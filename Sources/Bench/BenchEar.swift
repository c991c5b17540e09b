// `duet bench ear`: what the streaming encoder costs.

internal import ArgumentParser
internal import Basics
internal import Foundation
internal import Kernels
internal import Recognition

struct BenchEar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ear", abstract: "What the streaming encoder costs in a slice of 80 ms.",
        discussion: """
            Processor time of one thread for one session's slice, over a whole round of positions (308 slices), and for \
            the slices in which every session encodes its rows twice because its positions are about to begin again.
            """)

    @Argument(help: "The ear's weights.") var file = "Models/duet-1/ear.safetensors"
    @Option(parsing: .upToNextOption, help: "\(Precision.names).") var weights = [Precision.int8, .bf16, .f32]
    @Option(
        help: "Precision of cached keys and values: \(Precision.cacheNames).", transform: Precision.forCaches)
    var cache = Precision.bf16
    @Option(parsing: .upToNextOption, help: "Sessions at once, 1 to 256.") var batch = [1, 8, 16, 32]
    @Option(parsing: .upToNextOption, help: "Milliseconds of a chunk: 80, 160, 320.") var chunk = [80]
    @Option(help: "Folder to write ear.json and ear.md to.") var out: String?

    struct Row: Encodable, Sendable {
        var weights: String
        var batch, chunk: Int
        /// Milliseconds of a core for a session's slice: the mean of a round, and of its slices that encode twice.
        var mean, twice: Double
    }

    func validate() throws {
        guard batch.allSatisfy({ (1...256).contains($0) }) else { throw ValidationError("--batch must be 1 to 256") }
        guard chunk.allSatisfy({ [80, 160, 320].contains($0) }) else {
            throw ValidationError("--chunk must be 80, 160 or 320")
        }
    }

    func run() throws {
        var result = BenchResult<Row>("ear", limits: CoreLimits())
        for precision in weights {
            let weights = try EarWeights.load(file, precision: precision)
            for (chunk, batch) in chunk.flatMap({ chunk in batch.map { (chunk, $0) } }) {
                let row = measure(weights, precision, batch: batch, chunk: chunk)
                BenchProgress.say(String(format: "\(precision), \(chunk) ms, \(batch) sessions: %.2f ms", row.mean))
                result.rows.append(row)
            }
        }
        try result.publish(Self.markdown(result.rows), to: out)
    }

    /// All sessions open at once, so that they encode twice at once. Medians of four slices, because a chunk may take four.
    private func measure(_ weights: EarWeights, _ precision: Precision, batch: Int, chunk: Int) -> Row {
        let ear = Ear(weights, slots: batch, chunkMilliseconds: chunk, cache: cache), slots = Array(0..<batch)
        var random = Random(seed: 1)
        let samples = Buffer((0..<batch * Ear.samplesPerSlice).map { _ in random.uniform() * 0.2 - 0.1 })
        let rows = Buffer(count: batch * ear.chunkRows * ear.width)
        func fours(_ count: Int) -> [Double] {
            (0..<count).map { _ in
                let begun = ThreadClock.now()
                for _ in 0..<4 { ear.run(slots, samples: samples.pointer, to: rows.pointer) }
                return (ThreadClock.now() - begun) * 1000 / 4 / Double(batch)
            }.sorted()
        }
        // The first round begins with no rows behind it; the next ones are alike.
        _ = fours(93)
        let once = fours(61), twice = fours(16)
        let mean = (once[30] * 244 + twice[8] * 64) / 308
        return Row(weights: precision.rawValue, batch: batch, chunk: chunk, mean: mean, twice: twice[8])
    }

    private static func markdown(_ rows: [Row]) -> String {
        var text = "| weights | chunk, ms | sessions | ms a session and slice | while rows are encoded twice |"
        text += "\n|---|---|---|---|---|"
        for row in rows {
            text += "\n| \(row.weights) | \(row.chunk) | \(row.batch) |"
            text += String(format: " %.2f | %.2f |", row.mean, row.twice)
        }
        return text
    }
}

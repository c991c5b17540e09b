// `duet bench decode`: tokens per second of decoders with random weights, by sessions, context and precision.

internal import ArgumentParser
internal import Basics
internal import Callers
internal import Foundation
internal import Kernels

struct BenchDecode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode", abstract: "Tokens a second of a decoder of random weights, greedy, on one core.")
    /// Maximum bytes of all caches.
    private static let cacheBytesMax = 8 << 30

    @Option(help: "Architecture: \(DecoderShape.names).") var shape = "135m"
    @Option(parsing: .upToNextOption, help: "\(Precision.names).") var weights: [Precision] = [.int8]
    @Option(help: "Precision of cached keys and values: \(Precision.cacheNames).", transform: Precision.forCaches)
    var cache = Precision.f32
    @Option(parsing: .upToNextOption, help: "Sessions at once, 1 to 64.") var batch = [1, 8, 32]
    @Option(parsing: .upToNextOption, help: "Positions behind each session, 0 to 4096.") var context = [128]
    @Option(parsing: .unconditional, help: "Seconds of steps for each figure.") var seconds = 1.0
    @Option(parsing: .unconditional, help: "Seconds that the whole may take at most.") var secondsMax = 300.0
    @Option(help: "Folder to write decode.json and decode.md to.") var out: String?

    struct Row: Encodable {
        var shape, weights, cache: String
        var context, batch, steps: Int
        var tokensPerSecond, millisecondsPerStep: Double
        /// Per second: gigabytes of weights and of cache that a step reads, and billions of operations in its products.
        var weightGBs, cacheGBs, gops: Double
    }

    func validate() throws {
        guard batch.allSatisfy({ (1...64).contains($0) }) else { throw ValidationError("--batch must be 1 to 64") }
        guard context.allSatisfy({ (0...4096).contains($0) }) else {
            throw ValidationError("--context must be 0 to 4096")
        }
        guard (0.01...60).contains(seconds) else { throw ValidationError("--seconds must be 0.01 to 60") }
        guard (1...3600).contains(secondsMax) else { throw ValidationError("--seconds-max must be 1 to 3600") }
        let largest =
            try DecoderShape.named(shape).cacheBytes(positions: context.max() ?? 0, precision: cache)
            * (batch.max() ?? 0)
        guard largest <= Self.cacheBytesMax else {
            throw ValidationError(
                "the caches of \(batch.max()!) sessions take \(largest >> 20) MB; at most 8192 are allowed")
        }
    }

    func run() throws {
        if let out { try OutputFile.folder(out) }
        let shape = try DecoderShape.named(shape), begun = MonotonicClock.now()
        var result = BenchResult<Row>("decode", limits: CoreLimits())
        for precision in weights {
            BenchProgress.say("\(shape.name) \(precision): making weights")
            let made = RandomDecoder.Weights(shape, precision: precision)
            for context in context {
                for batch in batch {
                    guard Double(MonotonicClock.now().since(begun)) * 1e-9 < secondsMax else {
                        BenchProgress.say("stopped after \(secondsMax) s; the rest is missing")
                        return try result.publish(Self.markdown(result.rows), to: out)
                    }
                    let row = measure(shape, made, precision, batch: batch, context: context)
                    let rate = String(format: "%.0f tokens/s", row.tokensPerSecond)
                    BenchProgress.say("\(shape.name) \(precision), context \(context), batch \(batch): \(rate)")
                    result.rows.append(row)
                }
            }
        }
        try result.publish(Self.markdown(result.rows), to: out)
    }

    /// Steps after which the context, which grows by one position per step, is rewound.
    private static let stride = 16

    /// The median step within `seconds`, after two warm-up steps.
    private func measure(
        _ shape: DecoderShape, _ weights: RandomDecoder.Weights, _ precision: Precision, batch: Int, context: Int
    ) -> Row {
        let decoder = RandomDecoder(
            shape, weights: weights, batch: batch, context: context, steps: Self.stride, cache: cache)
        for _ in 0..<2 { decoder.step() }
        var times: [Double] = [], spent = 0.0
        while times.count < 5 || (times.count < 10_000 && spent < seconds) {
            if times.count % Self.stride == 0 { decoder.rewind(to: context) }
            let begun = ThreadClock.now()
            decoder.step()
            times.append(ThreadClock.now() - begun)
            spent += times.last!
        }
        let step = times.sorted()[times.count / 2], positions = context + Self.stride / 2
        return Row(
            shape: shape.name, weights: precision.rawValue, cache: cache.rawValue, context: context, batch: batch,
            steps: times.count,
            tokensPerSecond: Double(batch) / step, millisecondsPerStep: step * 1e3,
            weightGBs: 1e-9 * Double(weights.byteCount) / step,
            cacheGBs: 1e-9 * Double(batch * shape.cacheBytes(positions: positions, precision: cache)) / step,
            gops: 2e-9 * Double(batch * weights.count) / step)
    }

    private static func markdown(_ rows: [Row]) -> String {
        let head = """
            Tokens a second of all sessions together, greedy; processor time of a median step.

            | shape | weights | cache | context | batch | tokens/s | ms/step | weights GB/s | cache GB/s | products Gop/s |
            |---|---|---|---|---|---|---|---|---|---|
            """
        return rows.reduce(into: head) { text, row in
            text += "\n| \(row.shape) | \(row.weights) | \(row.cache) | \(row.context) | \(row.batch) |"
            text += String(format: " %.0f | %.2f |", row.tokensPerSecond, row.millisecondsPerStep)
            text += String(format: " %.1f | %.1f | %.0f |", row.weightGBs, row.cacheGBs, row.gops)
        }
    }
}

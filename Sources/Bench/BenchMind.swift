// `duet bench mind`: a language model's file: speed, and perplexity by precision and memory.

internal import ArgumentParser
internal import Basics
internal import Foundation
internal import Kernels
internal import Language
internal import Minds
internal import Transformer

struct BenchMind: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mind", abstract: "Speed of a language model, and its perplexity on a text.",
        discussion: """
            Speed is processor time of one thread. Perplexity is measured if --text is given, by each of --weights and \
            each of --memory: "4+1020" is four attention sinks and a window of 1020, "dense" everything, "1024/128" a \
            context of 1024 that is computed anew every 128 tokens.
            """)

    @Argument(help: "GGUF file.") var file: String
    @Option(help: "Adapter to merge into the weights (safetensors).") var adapter: String?
    @Option(parsing: .upToNextOption, help: "\(Precision.names).") var weights: [Precision] = [.standard]
    @Option(
        help:
            "Precision of cached keys and values: \(Precision.cacheNames). The default is that of the weights, or int8.",
        transform: Precision.forCaches)
    var cache: Precision?
    @Option(parsing: .upToNextOption, help: "Sessions at once, 1 to 64; 0 measures no speed.") var batch = [1, 8, 32]
    @Option(help: "Positions behind each session, 1 to 8192.") var context = 128
    @Option(help: "Text to read, UTF-8.") var text: String?
    @Option(help: "Tokens of the text to read.") var tokens = 20_000
    @Option(parsing: .upToNextOption, help: "What the model sees of the text.") var memory = ["4+1020"]
    @Option(parsing: .unconditional, help: "Seconds of steps for each figure of speed.") var seconds = 2.0
    @Option(help: "Users who talk at the same time, 0 to 64, each with a history of 1000 tokens; in real time.")
    var talkers = 0
    @Option(help: "Seconds for which they talk, 1 to 3600.") var talkSeconds = 60
    @Option(help: "Folder to write mind.json and mind.md to.") var out: String?

    struct Row: Encodable {
        var weights, cache: String
        /// What was measured: "batch 8", "prompt 32", or the memory.
        var what: String
        /// Tokens per second.
        var rate: Double?
        /// Percentiles 50, 90 and 99 of the milliseconds from a turn's end to the answer's first word.
        var delays: [Double] = []
        /// First and last token of each band, and its perplexity; the first band is the whole text.
        var bands: [Band] = []
    }

    struct Band: Encodable {
        var from, to: Int
        var perplexity: Double
    }

    func validate() throws {
        guard batch.allSatisfy({ (0...64).contains($0) }) else { throw ValidationError("--batch must be 0 to 64") }
        guard (1...8192).contains(context) else { throw ValidationError("--context must be 1 to 8192") }
        guard (2...1_000_000).contains(tokens) else { throw ValidationError("--tokens must be 2 to 1000000") }
        guard (0.01...60).contains(seconds) else { throw ValidationError("--seconds must be 0.01 to 60") }
        guard (0...64).contains(talkers) else { throw ValidationError("--talkers must be 0 to 64") }
        guard (1...3600).contains(talkSeconds) else { throw ValidationError("--talk-seconds must be 1 to 3600") }
        for memory in memory where MindMemory(memory) == nil {
            throw ValidationError("--memory \(memory) is none of 4+1020, dense and 1024/128")
        }
    }

    func run() throws {
        let file = try GGUFFile(path: file), text = try text.map { try read($0, TextTokenizer(file)) }
        let adapter = try adapter.map { try LanguageAdapter(path: $0) }
        var result = BenchResult<Row>("mind", limits: CoreLimits())
        for precision in weights {
            BenchProgress.say("\(precision): packing weights")
            let weights = try LanguageWeights(file, adapter: adapter, precision: precision)
            for batch in batch where batch > 0 { result.rows.append(speed(weights, batch: batch)) }
            if batch.contains(where: { $0 > 0 }) {
                for rows in [8, 32] { result.rows.append(speed(weights, prompt: rows)) }
            }
            for memory in memory.compactMap(MindMemory.init) {
                guard let text else { break }
                result.rows.append(perplexity(text, weights, memory))
            }
            if talkers > 0 { result.rows.append(try talk(precision)) }
        }
        try result.publish(Self.markdown(result.rows), to: out)
    }

    private func read(_ path: String, _ tokenizer: TextTokenizer) throws -> [Int32] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        // No token has more than 16 bytes on average.
        let tokens = tokenizer.encode(String(text.prefix(16 * tokens)), special: false)
        guard tokens.count > 1 else { throw ValidationError("\(path) holds no text") }
        return Array(tokens.prefix(self.tokens + 1))
    }

    private func cache(_ weights: LanguageWeights) -> Precision {
        cache ?? (weights.precision.isForCaches ? weights.precision : .int8)
    }

    // MARK: Speed

    private func runtime(_ weights: LanguageWeights, slots: Int, rows: Int) -> LanguageRuntime {
        let memory = TurnMemory.Shape(rows: context + 1025, window: context + 512, slack: 512)
        let runtime = LanguageRuntime(
            weights, memory: memory, cache: cache(weights), slots: slots, rowsMax: max(rows, 64),
            logitsMax: max(slots, 1))
        for slot in 0..<slots {
            runtime.open(slot)
            runtime.step([LanguageRuntime.Row(slot: slot, token: 1)])
            runtime.pin(slot)
            while runtime.position(slot) < context {
                let count = min(64, context - runtime.position(slot))
                runtime.step((0..<count).map { LanguageRuntime.Row(slot: slot, token: Int32($0 + 100)) })
            }
        }
        return runtime
    }

    /// The median step within `seconds`; `reset` goes back to the context.
    private func rate(_ rows: Int, step: () -> Void, reset: () -> Void) -> Double {
        var times: [Double] = [], spent = 0.0
        while times.count < 5 || spent < seconds {
            reset()
            let begun = ThreadClock.now()
            step()
            times.append(ThreadClock.now() - begun)
            spent += times.last!
        }
        return Double(rows) / times.sorted()[times.count / 2]
    }

    private func row(_ weights: LanguageWeights, _ what: String, _ rate: Double, _ bands: [Band] = []) -> Row {
        BenchProgress.say("\(weights.precision), \(what): \(String(format: "%.0f tokens/s", rate))")
        return Row(
            weights: weights.precision.rawValue, cache: cache(weights).rawValue, what: what, rate: rate,
            bands: bands)
    }

    private func speed(_ weights: LanguageWeights, batch: Int) -> Row {
        let runtime = runtime(weights, slots: batch, rows: batch)
        let rows = (0..<batch).map { LanguageRuntime.Row(slot: $0, token: Int32($0 + 200), wantsLogits: true) }
        let rate = rate(batch) {
            runtime.step(rows)
            for i in 0..<batch { _ = Sampler.greedy(runtime.logits(i), count: weights.shape.vocabulary) }
        } reset: {
            for slot in 0..<batch { _ = runtime.truncate(slot, to: context) }
        }
        return row(weights, "batch \(batch)", rate)
    }

    private func speed(_ weights: LanguageWeights, prompt: Int) -> Row {
        let runtime = runtime(weights, slots: 1, rows: prompt)
        let rows = (0..<prompt).map {
            LanguageRuntime.Row(slot: 0, token: Int32($0 + 200), wantsLogits: $0 == prompt - 1)
        }
        let rate = rate(prompt) {
            runtime.step(rows)
        } reset: {
            _ = runtime.truncate(0, to: context)
        }
        return row(weights, "prompt \(prompt)", rate)
    }

    /// The mind's own thread computes; this one speaks.
    private func talk(_ precision: Precision) throws -> Row {
        var options = EmbeddedOptions()
        (options.sessionsMax, options.niceness) = (talkers, 0)
        let mind = try EmbeddedMind(path: file, precision: precision, options: options), begun = MonotonicClock.now()
        guard mind.start(), let users = MindTalkers(mind, count: talkers, tokens: 1000, at: begun) else {
            throw ValidationError("the mind has no room for \(talkers) talkers")
        }
        let end = begun.advanced(milliseconds: Int64(20 + talkSeconds) * 1000)
        while MonotonicClock.now() < end {
            users.advance(to: MonotonicClock.now())
            usleep(2000)
        }
        users.close()
        let delays = users.delays.sorted()
        let percentiles = [0.5, 0.9, 0.99].map { delays.isEmpty ? .nan : delays[Int($0 * Double(delays.count - 1))] }
        BenchProgress.say("\(precision), \(talkers) talkers: \(delays.count) answers, delays \(percentiles)")
        return Row(
            weights: precision.rawValue, cache: options.cache.rawValue, what: "\(talkers) talkers", delays: percentiles)
    }

    // MARK: Perplexity

    private static let bounds = [0, 1024, 2048, 4096, 8192, 12_288, 20_480, 50_000, 100_000, 1_000_000]

    private func perplexity(_ text: [Int32], _ weights: LanguageWeights, _ memory: MindMemory) -> Row {
        let begun = ThreadClock.now()
        let surprise = MindReading.surprise(text, weights, cache: cache(weights), memory: memory)
        let spent = ThreadClock.now() - begun
        func band(_ range: Range<Int>) -> Band {
            let sum = surprise[range].reduce(0.0) { $0 + Double($1) }
            return Band(from: range.lowerBound, to: range.upperBound, perplexity: exp(sum / Double(range.count)))
        }
        let bands = zip(Self.bounds, Self.bounds.dropFirst()).filter { $0.0 < surprise.count }.map { from, to in
            band(from..<min(to, surprise.count))
        }
        return row(weights, memory.description, Double(surprise.count) / spent, [band(0..<surprise.count)] + bands)
    }

    private static func markdown(_ rows: [Row]) -> String {
        var text = "| weights | cache | what | tokens/s | ms, p50, p90, p99 | perplexity | by tokens |"
        text += "\n|---|---|---|---|---|---|---|"
        for row in rows {
            let whole = row.bands.first.map { String(format: "%.3f", $0.perplexity) } ?? ""
            let parts = row.bands.dropFirst().map { String(format: "%d–%d: %.2f", $0.from, $0.to, $0.perplexity) }
            let rate = row.rate.map { String(format: "%.0f", $0) } ?? ""
            let delays = row.delays.map { String(format: "%.0f", $0) }.joined(separator: ", ")
            text += "\n| \(row.weights) | \(row.cache) | \(row.what) | \(rate) | \(delays) |"
            text += " \(whole) | \(parts.joined(separator: ", ")) |"
        }
        return text
    }
}

// Reads a text with a language model and says how much it surprised it.

internal import Basics
internal import Kernels
internal import Language
internal import Transformer

/// How much of a text a model sees while it reads.
struct MindMemory: Hashable, CustomStringConvertible {
    enum Kind: Hashable {
        /// So many first positions, and a rolling window.
        case rolling(sinks: Int, window: Int)
        /// Everything.
        case dense
        /// Every so many tokens, a context of so many is computed from the beginning.
        case recomputed(context: Int, stride: Int)
    }

    var kind: Kind

    /// "4+1020", "dense" or "1024/128".
    init?(_ text: String) {
        let sums = text.split(separator: "+").compactMap { Int($0) }
        let shares = text.split(separator: "/").compactMap { Int($0) }
        if text == "dense" {
            kind = .dense
        } else if sums.count == 2, (0...4096).contains(sums[0]), (1...1 << 17).contains(sums[1]) {
            kind = .rolling(sinks: sums[0], window: sums[1])
        } else if shares.count == 2, (1...1 << 14).contains(shares[0]), (1...shares[0]).contains(shares[1]) {
            kind = .recomputed(context: shares[0], stride: shares[1])
        } else {
            return nil
        }
    }

    var description: String {
        switch kind {
        case .rolling(let sinks, let window): "\(sinks)+\(window)"
        case .dense: "dense"
        case .recomputed(let context, let stride): "\(context)/\(stride)"
        }
    }
}

/// The negative log likelihoods of a text's tokens.
struct MindReading {
    /// Rows of a step.
    private static let rows = 64

    /// Of tokens 1 to count − 1, each after those before it that `memory` shows.
    static func surprise(
        _ tokens: [Int32], _ weights: LanguageWeights, cache: Precision, memory: MindMemory
    ) -> [Float] {
        switch memory.kind {
        case .rolling(let sinks, let window): read(tokens, weights, cache, sinks: sinks, window: window)
        case .dense: read(tokens, weights, cache, sinks: 1, window: tokens.count)
        case .recomputed(let context, let stride): recompute(tokens, weights, cache, context, stride)
        }
    }

    private static func runtime(_ weights: LanguageWeights, _ cache: Precision, _ sinks: Int, _ window: Int)
        -> LanguageRuntime
    {
        let memory = TurnMemory.Shape(rows: sinks + window + rows + 1, window: window, slack: rows)
        return LanguageRuntime(weights, memory: memory, cache: cache, slots: 1, rowsMax: rows, logitsMax: rows)
    }

    /// Every token is a turn of its own, so that the window rolls by single tokens.
    private static func read(
        _ tokens: [Int32], _ weights: LanguageWeights, _ cache: Precision, sinks: Int, window: Int
    ) -> [Float] {
        let runtime = runtime(weights, cache, sinks, window)
        var surprise: [Float] = []
        runtime.open(0)
        if sinks == 0 { runtime.pin(0) }
        var at = 0
        while at < tokens.count - 1 {
            let count = min(at < sinks ? sinks - at : rows, tokens.count - 1 - at)
            runtime.step(
                (at..<at + count).map {
                    LanguageRuntime.Row(slot: 0, token: tokens[$0], beginsTurn: at >= sinks, wantsLogits: true)
                })
            for i in 0..<count { surprise.append(loss(runtime, i, tokens[at + i + 1])) }
            at += count
            if at == sinks { runtime.pin(0) }
        }
        return surprise
    }

    private static func recompute(
        _ tokens: [Int32], _ weights: LanguageWeights, _ cache: Precision, _ context: Int, _ stride: Int
    ) -> [Float] {
        let runtime = runtime(weights, cache, 1, context)
        var surprise: [Float] = []
        while surprise.count < tokens.count - 1 {
            let from = surprise.count, end = min(from + stride, tokens.count - 1), start = max(0, end - context)
            runtime.open(0)
            var at = start
            while at < end {
                let count = at == start ? 1 : min(rows, end - at)
                runtime.step(
                    (at..<at + count).map {
                        LanguageRuntime.Row(slot: 0, token: tokens[$0], wantsLogits: $0 >= from)
                    })
                if at == start { runtime.pin(0) }
                let first = max(at, from)
                for i in first..<max(first, at + count) { surprise.append(loss(runtime, i - first, tokens[i + 1])) }
                at += count
            }
        }
        return surprise
    }

    private static func loss(_ runtime: LanguageRuntime, _ index: Int, _ token: Int32) -> Float {
        let logits = runtime.logits(index)
        return logSumExp(logits, count: runtime.weights.shape.vocabulary) - logits[Int(token)]
    }
}

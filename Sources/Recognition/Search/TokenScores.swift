// The likeliest next tokens.

internal import Glibc
internal import Kernels

/// Chooses among the logits of one row.
struct TokenScores {
    /// Tokens that are never chosen, and those never chosen first.
    let suppressed, suppressedFirst: [Int32]
    let vocabulary: Int

    /// Far below all logits; their exponentials are 0 beside the others'.
    private static let never: Float = -1e30

    /// The `count` likeliest tokens with their log probabilities, the likeliest first; ties go to the lower token. Overwrites the
    /// logits of suppressed tokens.
    func best(_ count: Int, of logits: UnsafeMutablePointer<Float>, isFirst: Bool) -> [(
        token: Int32, logProbability: Float
    )] {
        for token in suppressed { logits[Int(token)] = Self.never }
        if isFirst { for token in suppressedFirst { logits[Int(token)] = Self.never } }
        let sum = logSumExp(logits, count: vocabulary)
        if count == 1 {
            let token = largest(logits, count: vocabulary)
            return [(Int32(token), logits[token] - sum)]
        }
        var best: [(token: Int32, logProbability: Float)] = [], least = -Float.infinity
        for token in 0..<vocabulary where logits[token] > least {
            let place = best.firstIndex { $0.logProbability < logits[token] } ?? best.count
            best.insert((Int32(token), logits[token]), at: place)
            if best.count > count { best.removeLast() }
            if best.count == count { least = best[count - 1].logProbability }
        }
        return best.map { ($0.token, $0.logProbability - sum) }
    }

    func probability(of token: Int32, in logits: UnsafePointer<Float>) -> Float {
        exp(logits[Int(token)] - logSumExp(logits, count: vocabulary))
    }
}

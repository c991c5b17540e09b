// Chooses a token from logits.

public import Basics
internal import Glibc
internal import Kernels

public enum Sampler {
    /// The index of the largest logit; the lowest index on a tie. [count]
    public static func greedy(_ logits: UnsafePointer<Float>, count: Int) -> Int {
        largest(logits, count: count)
    }

    /// Samples from the `top` largest logits at `temperature`, which must be above 0.
    public static func sample(
        _ logits: UnsafePointer<Float>, count: Int, temperature: Float, top: Int, random: inout Random
    ) -> Int {
        let order = (0..<count).sorted { (logits[$0], $1) > (logits[$1], $0) }.prefix(max(1, top))
        let most = logits[order[0]]
        let weights = order.map { exp((logits[$0] - most) / temperature) }
        var left = random.uniform() * weights.reduce(0, +)
        for (index, weight) in zip(order, weights) {
            left -= weight
            if left < 0 { return index }
        }
        return order[0]
    }
}

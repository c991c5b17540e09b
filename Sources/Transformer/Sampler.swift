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
        let order = best(logits, count: count, top: max(1, top))
        let most = logits[order[0]]
        let weights = order.map { exp((logits[$0] - most) / temperature) }
        var left = random.uniform() * weights.reduce(0, +)
        for (index, weight) in zip(order, weights) {
            left -= weight
            if left < 0 { return index }
        }
        return order[0]
    }

    /// Indices of the `top` largest, the largest first and of equals the lowest: one pass, in which few enter the list.
    private static func best(_ logits: UnsafePointer<Float>, count: Int, top: Int) -> [Int] {
        var order: [Int] = []
        for i in 0..<count where order.count < top || logits[i] > logits[order[order.count - 1]] {
            if order.count == top { order.removeLast() }
            let place = order.firstIndex { logits[$0] < logits[i] } ?? order.count
            order.insert(i, at: place)
        }
        return order
    }
}

// A text in the making.

struct Hypothesis {
    var tokens: [Int32] = []
    /// The sum of the tokens' natural logarithms.
    var logProbability: Float = 0
    /// The decoder's lane that holds its positions.
    var lane: Int
    /// What the alignment heads saw where each token was chosen, the end included. [tokens + 1][heads, frames]
    var seen: [[Float]] = []
    var isFinished = false

    /// Over the tokens and the end.
    var meanLogProbability: Float { logProbability / Float(tokens.count + (isFinished ? 1 : 0)) }
}

// One word of a request.

/// A word as skills compare it, and as it was written.
struct HeardWord: Sendable, Hashable {
    /// Lower case, American spelling, contractions written out; a number keeps its digits, a sign is a word.
    let text: String
    /// With its capitals; empty for the second half of a contraction.
    let written: String
}

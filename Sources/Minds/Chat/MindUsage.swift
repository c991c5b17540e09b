// How much of what a mind wrote was of use.

internal import Dialogue

/// Counts of one session, from what its mind is asked and what it tells.
public struct MindUsage: Hashable, Sendable {
    /// Turns that the user ended, and those among them whose answer had its first words, or its end without any, by then.
    public private(set) var turns = 0, readyTurns = 0
    /// Pieces of text that came (from a mind in this process, a token each), and those of answers that were taken back.
    public private(set) var pieces = 0, wastedPieces = 0
    /// The latest answer that was not taken back, its pieces, and whether it has begun.
    private var answer = 0, answerPieces = 0, hasBegun = false

    mutating func note(_ request: MindRequest) {
        switch request {
        case .answer(let answer, let isProvisional):
            (self.answer, answerPieces, hasBegun) = (answer, 0, false)
            if !isProvisional { turns += 1 }
        case .commit:
            turns += 1
            if hasBegun { readyTurns += 1 }
        case .rollback:
            wastedPieces += answerPieces
            answer = 0
        case .configure, .append, .hear, .rehear, .probe, .result, .cut, .close: break
        }
    }

    mutating func note(_ event: MindEvent) {
        switch event {
        case .words(let answer, _):
            pieces += 1
            if answer == self.answer { (answerPieces, hasBegun) = (answerPieces + 1, true) } else { wastedPieces += 1 }
        case .end(let answer, _), .call(let answer, _): hasBegun = hasBegun || answer == self.answer
        case .likelihood, .failed: break
        }
    }
}

// Who has the floor, from decisions and interrupts. Pure: values in, values out.

/// One session's turn-taking state.
struct Turn: Hashable, Sendable {
    enum Change: Hashable, Sendable { case speaking, listening, interrupted, userEnd, assistantEnd }

    /// Whether the last slice carried speech.
    private(set) var speaks = false
    /// Whether text of an answer has been emitted and its end has not.
    private(set) var unfinished = false
    /// Slices for which the assistant must still be silent.
    private(set) var silencedSlices = 0
    /// Whether it was silenced while the present slice was being computed.
    private(set) var isFresh = false
    /// Slices since it was silenced.
    private var stoppedSlices = 0

    var silenced: Bool { silencedSlices > 0 }

    /// Slices left until the model has settled, if that takes `slices` in all.
    func settling(_ slices: Int) -> Int { silenced ? max(0, slices - stoppedSlices) : 0 }

    /// The client asks for silence. Returns what changes.
    mutating func interrupt(silence slices: Int) -> [Change] {
        let was = speaks || unfinished
        (silencedSlices, stoppedSlices, isFresh) = (slices, 0, true)
        defer { (speaks, unfinished) = (false, false) }
        return was ? [.interrupted] + (speaks ? [.listening] : []) : []
    }

    /// The client wants something said, so it no longer wants silence.
    mutating func speakUp() { silencedSlices = 0 }

    /// A slice begins: its decision takes account of everything that came before.
    mutating func begin() { isFresh = false }

    /// What was being said is given up. Returns what changes.
    mutating func giveUp() -> [Change] {
        defer { unfinished = false }
        return unfinished ? [.interrupted] : []
    }

    /// One slice's decision. Returns what changes, in order. With `mayPause`, silence in the middle of an answer does not end it.
    mutating func advance(_ decision: Decision, tokens: SlicePlan.Tokens, mayPause: Bool = false) -> [Change] {
        var changes: [Change] = []
        if decision.think == tokens.end { changes.append(.userEnd) }
        stoppedSlices += silenced ? 1 : 0
        // A request that ended before the client asked for silence is not the next one.
        if silenced { silencedSlices = decision.think == tokens.end && !isFresh ? 0 : silencedSlices - 1 }
        if decision.speaks != speaks { changes.append(decision.speaks ? .speaking : .listening) }
        if decision.say == tokens.end {
            if unfinished { changes.append(.assistantEnd) }
            unfinished = false
        } else if decision.say != tokens.idle {
            unfinished = true
        }
        if speaks && !decision.speaks && unfinished && !mayPause {
            changes.append(.interrupted)
            unfinished = false
        }
        speaks = decision.speaks
        return changes
    }
}

// Text that a client brings into a conversation: what the assistant is to say, and what the user typed.
// Pure: values in, values out.

/// What DECODE must use in a slice instead of its own choice.
public struct Prompt: Hashable, Sendable {
    /// The next piece of the user's transcript.
    public var think: Int32?
    /// The next piece of the assistant's text.
    public var say: Int32?
    /// `say` comes only if the model begins a word itself: it knows how long the previous word lasts.
    public var waits = false

    public init(think: Int32? = nil, say: Int32? = nil, waits: Bool = false) {
        (self.think, self.say, self.waits) = (think, say, waits)
    }
}

/// A word of a client's text: its tokens, and about how many slices it takes to say.
public struct SpokenWord: Hashable, Sendable {
    public var pieces: [Int32]
    public var slices: Int

    public init(pieces: [Int32], slices: Int) { (self.pieces, self.slices) = (pieces, slices) }
}

/// A session's queued texts, in order.
struct Script: Sendable {
    private enum Line: Sendable {
        /// So many slices in which the user's transcript is idle.
        case pause(Int)
        /// Tokens of the user's transcript, one a slice: idle between words, the end right after the last.
        case tell([Int32])
        /// Tokens of the assistant's text, each with its distance in slices from the previous one.
        case say([(token: Int32, behind: Int)])
    }

    /// Interval between told words, as a share of their spoken length. The model answers as well as when words come as slowly
    /// as they are spoken, and worse when they come all at once (docs/benchmarks.md).
    private static let tellingPace = 0.6
    /// Texts that may be queued. Further ones are dropped.
    private static let linesMax = 16

    private let tokens: SlicePlan.Tokens
    /// Slices of silence after which the assistant has given up a line: the user has the floor.
    private let quietSlicesMax: Int
    private var lines: [Line] = []
    /// Tokens of the first line that are out, slices since the last of them, and slices without speech.
    private var done = 0, waited = 0, quiet = 0

    init(tokens: SlicePlan.Tokens, quietSlicesMax: Int) {
        (self.tokens, self.quietSlicesMax) = (tokens, quietSlicesMax)
    }

    /// Whether the assistant is saying a line.
    var speaks: Bool {
        if case .say? = lines.first { return done > 0 }
        return false
    }

    private var isFull: Bool {
        lines.count { if case .pause = $0 { false } else { true } } >= Self.linesMax
    }

    /// The next text waits for so many slices, unless another is in progress.
    mutating func pause(_ slices: Int) {
        if slices > 0, lines.isEmpty { lines.append(.pause(slices)) }
    }

    /// The user typed `words`; the last one ends their turn.
    mutating func tell(_ words: [SpokenWord]) {
        var slices: [Int32] = []
        for (i, word) in words.enumerated() {
            slices += word.pieces
            guard i < words.count - 1 else { break }
            let length = Int((Double(word.slices) * Self.tellingPace).rounded())
            slices += Array(repeating: tokens.idle, count: max(0, length - word.pieces.count))
        }
        if !isFull { lines.append(.tell(slices + [tokens.end])) }
    }

    /// The assistant is to say `words` once it has nothing else to say.
    mutating func say(_ words: [SpokenWord]) {
        var pieces: [(token: Int32, behind: Int)] = [], length = 0
        for word in words where !word.pieces.isEmpty {
            for (i, token) in word.pieces.enumerated() { pieces.append((token, i == 0 ? max(1, length) : 1)) }
            length = word.slices - word.pieces.count + 1
        }
        guard !pieces.isEmpty, !isFull else { return }
        lines.append(.say(pieces + [(tokens.end, max(1, length))]))
    }

    /// The client wants silence: everything queued is dropped, to be said or to be answered.
    mutating func interrupt() {
        lines.removeAll()
        (done, waited, quiet) = (0, 0, 0)
    }

    /// What the next slice must use.
    func next(_ turn: Turn) -> Prompt {
        switch lines.first {
        case nil: return Prompt()
        case .pause: return Prompt(think: tokens.idle)
        case .tell(let slices): return Prompt(think: slices[done])
        case .say(let pieces):
            if done == 0 {
                // Starts like an answer: the user's turn ends and the answer begins.
                return turn.speaks || turn.unfinished ? Prompt() : Prompt(think: tokens.end, say: pieces[0].token)
            }
            // The model may begin the word early, but not in the first half of the interval.
            let behind = pieces[done].behind
            return waited + 1 >= behind
                ? Prompt(say: pieces[done].token)
                : Prompt(say: waited + 1 > behind / 2 ? pieces[done].token : tokens.idle, waits: true)
        }
    }

    /// Called when a slice is over.
    mutating func advance(_ prompt: Prompt, _ decision: Decision) {
        guard let line = lines.first, prompt != Prompt() else { return }
        let count: Int
        switch line {
        case .pause(let slices):
            done += 1
            count = slices
        case .tell(let slices):
            done += 1
            count = slices.count
        case .say(let pieces):
            count = pieces.count
            let isOut = decision.say == pieces[done].token
            done += isOut ? 1 : 0
            waited = isOut ? 0 : waited + 1
            quiet = decision.speaks ? 0 : quiet + 1
        }
        if done == count || quiet > quietSlicesMax {
            lines.removeFirst()
            (done, waited, quiet) = (0, 0, 0)
        }
    }
}

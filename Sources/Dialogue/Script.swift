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
    /// What a voice that speaks utterances is to say, from `say` on.
    public var utterance: Utterance?

    public init(think: Int32? = nil, say: Int32? = nil, waits: Bool = false, utterance: Utterance? = nil) {
        (self.think, self.say, self.waits, self.utterance) = (think, say, waits, utterance)
    }
}

/// Words that are spoken in one breath, for a voice that speaks no single words.
public struct Utterance: Hashable, Sendable {
    public var phonemes: [Unicode.Scalar]
    /// The index of each word's first phoneme.
    public var starts: [Int]

    public init(phonemes: [Unicode.Scalar], starts: [Int]) { (self.phonemes, self.starts) = (phonemes, starts) }
}

/// A word of a client's text: its tokens, and about how many slices it takes to say; none where the voice itself decides.
public struct SpokenWord: Hashable, Sendable {
    public var pieces: [Int32]
    public var slices: Int
    /// The word, where its tokens do not say it.
    public var text: String
    /// What begins with this word.
    public var utterance: Utterance?

    public init(pieces: [Int32], slices: Int, text: String = "", utterance: Utterance? = nil) {
        (self.pieces, self.slices, self.text, self.utterance) = (pieces, slices, text, utterance)
    }
}

/// A session's queued texts, in order.
struct Script: Sendable {
    private enum Line: Sendable {
        /// So many slices in which the user's transcript is idle.
        case pause(Int)
        /// Tokens of the user's transcript, one a slice: idle between words, the end right after the last.
        case tell([Int32])
        case say(SpokenLine)
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

    /// The line that is in progress, or next.
    private var line: SpokenLine? {
        if case .say(let line)? = lines.first { return line }
        return nil
    }

    /// Whose line is in progress, or next; nil if none is.
    var lineSource: SpokenLine.Source? { line?.source }
    /// Whether the assistant is saying a line of its mind. Pauses in it are no interruptions.
    var speaksForMind: Bool { speaks && lineSource == .mind }
    /// Whether a line that no client asked for is the next, and has not begun.
    var beginsLineOfMind: Bool { done == 0 && line.map { $0.source != .client } ?? false }
    /// The text of the next piece of the line in progress, in writing if the line has that.
    var nextText: String { line.map { $0.text(of: done) } ?? "" }
    /// What a voice that speaks utterances will say next.
    var coming: Utterance? {
        for (i, line) in lines.enumerated() {
            guard case .say(let line) = line else { continue }
            if let next = line.pieces.dropFirst(i == 0 ? done : 0).lazy.compactMap(\.utterance).first { return next }
        }
        return nil
    }
    /// Whether it has said all that there is of the line, and more will come.
    var isStarved: Bool { line.map { $0.isOpen && done == $0.pieces.count } ?? false }

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
    mutating func say(_ words: [SpokenWord], from source: SpokenLine.Source = .client) {
        var line = SpokenLine(source: source)
        line.append(words, shown: [])
        line.finish(tokens.end)
        if line.pieces.count > 1, !isFull { lines.append(.say(line)) }
    }

    /// The assistant is to say the next `words` of its mind, which are `shown` in writing.
    mutating func extend(_ words: [SpokenWord], shown: [SpokenLine.Shown]) {
        if let index = openLine, case .say(var line) = lines[index] {
            line.append(words, shown: shown)
            lines[index] = .say(line)
        } else if !words.isEmpty {
            dropHold()
            var line = SpokenLine(source: .mind)
            line.append(words, shown: shown)
            lines.append(.say(line))
        }
    }

    /// The mind has no more words for its line.
    mutating func finish() {
        guard let index = openLine, case .say(var line) = lines[index] else { return }
        line.finish(tokens.end)
        lines[index] = .say(line)
    }

    /// Drops a phrase that asks the user to wait, if it has not begun.
    private mutating func dropHold() {
        lines = lines.enumerated().filter { index, line in
            guard case .say(let line) = line, line.source == .hold else { return true }
            return index == 0 && done > 0
        }.map(\.element)
    }

    private var openLine: Int? {
        lines.firstIndex { if case .say(let line) = $0 { line.isOpen } else { false } }
    }

    /// Whether a line of the mind is being said, or waits.
    var hasMindLine: Bool {
        lines.contains { if case .say(let line) = $0 { line.source == .mind } else { false } }
    }

    /// Takes back what the mind is saying. Returns the words of it that were said, and the others.
    mutating func drop() -> (said: String, unsaid: String) {
        guard
            let index = lines.firstIndex(where: { if case .say(let line) = $0 { line.source == .mind } else { false } }
            ),
            case .say(let line) = lines[index]
        else { return ("", "") }
        let texts = line.texts(done: index == 0 ? done : 0)
        lines.remove(at: index)
        if index == 0 { (done, waited, quiet) = (0, 0, 0) }
        return texts
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
        case .say(let line):
            let pieces = line.pieces
            if done == 0 {
                // Starts like an answer: the user's turn ends and the answer begins.
                guard !turn.speaks, !turn.unfinished else { return Prompt() }
                return Prompt(think: tokens.end, say: pieces[0].token, utterance: pieces[0].utterance)
            }
            guard done < pieces.count else { return Prompt(say: tokens.idle) }
            // The model may begin the word early, but not in the first half of the interval.
            let behind = pieces[done].behind
            if behind == 0 {
                return Prompt(say: pieces[done].token, waits: true, utterance: pieces[done].utterance)
            }
            return waited + 1 >= behind
                ? Prompt(say: pieces[done].token)
                : Prompt(say: waited + 1 > behind / 2 ? pieces[done].token : tokens.idle, waits: true)
        }
    }

    /// Called when a slice is over. Returns the line that is over with it, if it was one to be said.
    @discardableResult
    mutating func advance(_ prompt: Prompt, _ decision: Decision) -> SpokenLine.Ended? {
        guard let line = lines.first, prompt != Prompt() else { return nil }
        let count: Int
        switch line {
        case .pause(let slices):
            done += 1
            count = slices
        case .tell(let slices):
            done += 1
            count = slices.count
        case .say(let line):
            count = line.isOpen ? Int.max : line.pieces.count
            let isStarved = done == line.pieces.count, isOut = !isStarved && decision.say == line.pieces[done].token
            done += isOut ? 1 : 0
            waited = isOut ? 0 : waited + 1
            quiet = decision.speaks || isStarved ? 0 : quiet + 1
        }
        guard done == count || quiet > quietSlicesMax else { return nil }
        defer { (done, waited, quiet) = (0, 0, 0) }
        lines.removeFirst()
        guard case .say(let spoken) = line else { return nil }
        return SpokenLine.Ended(line: spoken, done: done)
    }
}

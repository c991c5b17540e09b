// One session's talk with an embedded mind: its history, its answer in progress, and the tokens that the cache should hold.

internal import Basics
internal import Dialogue

/// Decides in values: requests and logits' choices come in, events come out, and `wanted` says what is to be computed.
///
///     entries: messages that are complete │ heard: the user's words │ what stands between │ the answer so far
struct Talk {
    /// The last answer, which can still be cut.
    private struct Settled {
        var id: Int
        /// The user's words that it answers.
        var heard: String
        /// Index of its first entry; the user's, if there is one.
        var first: Int
        var calls: [ToolCall]
        var reflexBefore: (any Reflex)?
    }

    let format: any TalkFormat
    let options: EmbeddedOptions
    private var setup = MindSetup()
    private(set) var system: [Int32] = []
    private(set) var entries: [Entry] = []
    /// The user's words in the turn in progress.
    private(set) var heard = "" { didSet { heardTokens = nil } }
    private(set) var answer: Answer?
    private var settled: Settled?
    /// The highest answer asked for.
    private var latest = 0
    private var probes: [Int] = []
    /// Requests that wait until the answer is complete and no longer provisional.
    private(set) var later: [MindRequest] = []
    private var reflex: (any Reflex)?
    private var calls = 0
    /// Counts the changes of what an answer would follow.
    private var version = 0
    private var likelihood: (version: Int, value: Float)?
    /// Set when the instructions change: all is to be computed anew.
    private(set) var isRestarted = false
    /// Counts the changes of what is wanted.
    private(set) var revision = 0
    /// The tokens of `heard`, once they are asked for.
    private var heardTokens: [Int32]?
    /// Why no answer can be given, if the instructions are too long.
    private var trouble: MindFailure?
    private(set) var events: [MindEvent] = []

    init(format: any TalkFormat, options: EmbeddedOptions) {
        (self.format, self.options) = (format, options)
        reflex = options.reflex?()
        configure(MindSetup())
    }

    // MARK: Requests

    mutating func take(_ request: MindRequest) {
        revision += 1
        switch request {
        case .answer(let id, let isProvisional): begin(id, isProvisional: isProvisional)
        case .commit(let id): if answer?.id == id { commit() }
        case .rollback(let id): takeBack(id)
        case .cut(let id, let heard): cut(id, heard: heard)
        case .close: break
        case .configure, .append, .hear, .rehear, .probe, .result:
            if answer == nil { record(request) } else { wait(request) }
        }
    }

    private mutating func wait(_ request: MindRequest) {
        if case .hear(let more) = request, case .hear(let words)? = later.last {
            guard words.utf8.count + more.utf8.count <= options.turnBytesMax else { return }
            later[later.count - 1] = .hear(words + more)
        } else if case .rehear = request, case .rehear? = later.last {
            later[later.count - 1] = request
        } else if later.count < options.requestsMax {
            later.append(request)
        }
    }

    private mutating func record(_ request: MindRequest) {
        switch request {
        case .configure(let setup): configure(setup)
        case .append(let message): append(message)
        case .hear(let words):
            guard !words.isEmpty, heard.utf8.count + words.utf8.count <= options.turnBytesMax else { return }
            heard += words
        case .rehear(let words):
            guard words.utf8.count <= options.turnBytesMax else { return }
            heard = words
        case .probe(let id): return probe(id)
        case .result(let result): append(.result(result))
        case .answer, .commit, .rollback, .cut, .close: return
        }
        version += 1
    }

    private mutating func configure(_ new: MindSetup) {
        setup = new
        reflex?.configure(new)
        var setup = new
        if setup.instructions.isEmpty { setup.instructions = options.instructions }
        var tokens = format.system(setup)
        trouble = nil
        if tokens.count > options.instructionPositionsMax {
            let most = options.instructionPositionsMax
            trouble = MindFailure(
                .full, "the instructions and tools take \(tokens.count) tokens, and \(most) is the limit")
            tokens = format.system(MindSetup(instructions: options.instructions))
        }
        isRestarted = isRestarted || tokens != system
        system = tokens
    }

    private mutating func append(_ message: MindMessage) {
        let message = message.shortened(to: options.turnBytesMax)
        var entry = Entry(tokens: [], beginsTurn: false)
        switch message {
        case .user: entry.beginsTurn = true
        case .call(let call): entry.calls = [call.id]
        // The result of a call that is not in the history has nothing to belong to.
        case .result(let result): guard entries.contains(where: { $0.calls.contains(result.id) }) else { return }
        case .system, .assistant: break
        }
        closeTurn(before: message)
        entry.tokens = format.message(message)
        entries.append(entry)
        // More than can be seen is not worth computing.
        if tokenCount > 2 * options.windowPositions { isRestarted = true }
    }

    /// What the assistant said, and no answer of this mind, answers the words so far.
    private mutating func closeTurn(before message: MindMessage) {
        switch message {
        case .assistant, .call: break
        case .system, .user, .result: return
        }
        guard !heard.isEmpty else { return }
        entries.append(Entry(tokens: format.message(.user(heard)), beginsTurn: true))
        (heard, probes, settled) = ("", [], nil)
    }

    private var tokenCount: Int { entries.reduce(0) { $0 + $1.tokens.count } }

    private mutating func probe(_ id: Int) {
        if heard.isEmpty {
            events.append(.likelihood(probe: id, Self.impossible))
        } else if let likelihood, likelihood.version == version {
            events.append(.likelihood(probe: id, likelihood.value))
        } else {
            probes = probes.suffix(7) + [id]
        }
    }

    /// Log of the probability that a turn is over in which nothing was said.
    static let impossible: Float = -100

    // MARK: Answers

    private mutating func begin(_ id: Int, isProvisional: Bool) {
        guard id > latest else { return }
        if answer != nil { supersede() }
        latest = id
        settled = nil
        if let trouble { return events.append(.failed(answer: id, trouble)) }
        var next = Answer(id: id, isProvisional: isProvisional, reader: format.reader(), reflexBefore: reflex)
        let words = heard
        guard !words.isEmpty, let text = reflex?.answer(words) else { return answer = next }
        (next.isReflex, next.tokens) = (true, format.answer(text))
        answer = next
        say(text)
        finish(.complete)
    }

    /// The engine never leaves an answer in progress; if it does, a provisional one has never been, and another stands as it is.
    private mutating func supersede() {
        if answer?.isProvisional == true { drop() } else { settle() }
    }

    /// The answer stands as far as it is, then what waited for it happens.
    private mutating func commit() {
        answer?.isProvisional = false
        if answer?.isDone == true { settle() }
    }

    /// The answer has never been, even if it is complete.
    private mutating func takeBack(_ id: Int) {
        if answer?.id == id {
            drop()
        } else if let settled, settled.id == id {
            remove(settled)
        }
    }

    private mutating func drop() {
        forget(answer?.reflexBefore)
        answer = nil
        resume()
    }

    private mutating func settle() {
        guard let answer else { return }
        let first = entries.count
        if !heard.isEmpty { entries.append(Entry(tokens: format.user(heard), beginsTurn: true)) }
        let tokens = before(heard) + answer.tokens + format.afterAnswer
        entries.append(Entry(tokens: tokens, beginsTurn: false, calls: answer.calls.map(\.id)))
        if !answer.isReflex { reflex?.said(answer.text) }
        settled = Settled(
            id: answer.id, heard: heard, first: first, calls: answer.calls, reflexBefore: answer.reflexBefore)
        (heard, probes) = ("", [])
        self.answer = nil
        version += 1
        resume()
    }

    /// What stands between the user's words and an answer.
    private func before(_ heard: String) -> [Int32] { heard.isEmpty ? format.beforeAnswer : format.afterUser }

    private mutating func resume() {
        let waiting = later
        later = []
        for request in waiting { take(request) }
    }

    /// Calls stay: they were made.
    private mutating func cut(_ id: Int, heard words: String) {
        if let answer, answer.id == id {
            if words.isEmpty, answer.calls.isEmpty { return drop() }
            settle()
        }
        if let settled, settled.id == id { shorten(settled, to: words) }
    }

    private mutating func shorten(_ settled: Settled, to words: String) {
        version += 1
        let user = settled.first, last = user + (settled.heard.isEmpty ? 0 : 1)
        let calls = settled.calls.flatMap { format.message(.call($0)) }
        if !words.isEmpty {
            entries[last].tokens = before(settled.heard) + format.answer(words) + format.afterAnswer + calls
        } else if !calls.isEmpty {
            if user < last { entries[user].tokens = format.message(.user(settled.heard)) }
            entries[last].tokens = calls
        } else {
            remove(settled)
        }
    }

    /// What answers before the model is as it was, but for the instructions.
    private mutating func forget(_ before: (any Reflex)?) {
        reflex = before
        reflex?.configure(setup)
    }

    /// The user's turn goes on.
    private mutating func remove(_ settled: Settled) {
        forget(settled.reflexBefore)
        version += 1
        entries.removeSubrange(settled.first...settled.first + (settled.heard.isEmpty ? 0 : 1))
        heard = settled.heard + heard
        self.settled = nil
    }

    private mutating func say(_ text: String) {
        guard let id = answer?.id, !text.isEmpty else { return }
        answer?.text += text
        events.append(.words(answer: id, text))
    }

    private mutating func finish(_ end: MindEnd) {
        guard let current = answer else { return }
        answer?.isDone = true
        events.append(.end(answer: current.id, current.calls.isEmpty || end != .complete ? end : .calls))
        if !current.isProvisional { settle() }
    }

    // MARK: Tokens

    /// What the cache should hold after the instructions, and where in it turns begin.
    mutating func wanted() -> (tokens: [Int32], turns: [Int]) {
        var tokens: [Int32] = [], turns: [Int] = []
        for entry in entries {
            if entry.beginsTurn { turns.append(tokens.count) }
            tokens += entry.tokens
        }
        if !heard.isEmpty {
            turns.append(tokens.count)
            let words = heardTokens ?? format.user(heard)
            heardTokens = words
            tokens += words
        }
        if let answer, !answer.isReflex {
            tokens += before(heard) + answer.tokens
        }
        return (tokens, turns)
    }

    /// Whether an answer's next token is to be chosen.
    var isAnswering: Bool { answer?.isDone == false && !waitsForTurn }
    /// Whether there is enough of an answer whose turn may yet go on.
    private var waitsForTurn: Bool {
        answer.map { $0.isProvisional && $0.tokens.count >= options.provisionalTokensMax } ?? false
    }
    /// Whether the last wanted token's logits are of use.
    var needsLogits: Bool { isAnswering || (answer == nil && !heard.isEmpty && likelihood?.version != version) }

    /// The log likelihood of the turn's end, after the last of the wanted tokens.
    mutating func turnEnds(_ value: Float) {
        likelihood = (version, value)
        for probe in probes { events.append(.likelihood(probe: probe, value)) }
        probes = []
    }

    /// The answer's next token.
    mutating func chose(_ token: Int32) {
        guard var current = answer, !current.isDone else { return }
        revision += 1
        let pieces = current.reader.read(token)
        // A decision stays in the history, as in what the model was tuned on. What ends an answer follows every answer anyway.
        if !pieces.contains(.end(.complete)) { current.tokens.append(token) }
        answer = current
        let ends = carryOut(pieces)
        if !ends, isLongEnough { stop() }
    }

    /// Whether a sentence ends in the last quarter of the room, or there is no more room. An answer that has said nothing may be a call,
    /// which has more room.
    private var isLongEnough: Bool {
        guard let answer else { return false }
        let most = answer.text.isEmpty ? 4 * options.answerTokensMax : options.answerTokensMax
        let isSentence = answer.text.last.map { ".!?".contains($0) } ?? false
        return answer.tokens.count >= most || (isSentence && answer.tokens.count >= most * 3 / 4)
    }

    private mutating func stop() {
        guard let rest = answer?.reader.finish() else { return }
        if !carryOut(rest) { finish(.complete) }
    }

    /// True if the answer has ended.
    private mutating func carryOut(_ pieces: [AnswerPiece]) -> Bool {
        for piece in pieces {
            switch piece {
            case .text(let text): say(text)
            case .call(let name, let arguments):
                calls += 1
                guard let id = answer?.id else { return true }
                let call = ToolCall(id: "call_\(calls)", name: name, arguments: arguments)
                answer?.calls.append(call)
                events.append(.call(answer: id, call))
            case .end(let end):
                finish(end)
                return true
            }
        }
        return false
    }

    // MARK: What the loop does

    mutating func takeEvents() -> [MindEvent] {
        defer { events = [] }
        return events
    }

    /// The instructions are about to be computed anew. Keeps the last turns, of at most `countMax` tokens.
    mutating func restart(countMax: Int) {
        isRestarted = false
        likelihood = nil
        revision += 1
        while tokenCount > countMax, entries.count > 1 {
            repeat { forget() } while entries.count > 1 && !entries[0].beginsTurn
        }
    }

    /// Forgets the oldest message if it has at most `count` tokens and is not the only one. Returns their number.
    mutating func forget(within count: Int) -> Int? {
        guard entries.count > 1, entries[0].tokens.count <= count else { return nil }
        defer { forget() }
        return entries[0].tokens.count
    }

    private mutating func forget() {
        entries.removeFirst()
        revision += 1
        if let first = settled?.first { if first == 0 { settled = nil } else { settled?.first = first - 1 } }
    }
}

// What was said in a session, in order, as the next request tells it.

internal import Basics
internal import Dialogue

/// A conversation's history. The user's words gather in `turn` until an answer to them begins; the answer in progress stays apart, since
/// it may yet be cut to the words that were heard, and is followed by what came in the meantime.
///
///     entries ─▶ answer ─▶ later ─▶ turn
struct ChatHistory: Hashable, Sendable {
    /// Entries and their bytes; beyond, the oldest turns go.
    static let entriesMax = 200, bytesMax = 64 << 10
    /// Of one message, and of the user's turn. Longer ones are shortened.
    static let messageBytesMax = 16 << 10

    private struct Answer: Hashable, Sendable {
        let number: Int
        var text = "", calls: [ChatCall] = []
    }

    private var settled: [ChatEntry] = []
    private var answer: Answer?
    private var later: [ChatEntry] = []
    private var turn = ""

    /// Everything but a turn that is still open, in order.
    var entries: [ChatEntry] { settled + (answer.map(Self.entries(of:)) ?? []) + later }

    // MARK: The user

    mutating func hear(_ words: String) {
        turn += words
        // The first words of an endless turn go: the last ones matter for the answer.
        guard turn.utf8.count > Self.messageBytesMax else { return }
        turn = String(turn[turn.utf8.index(turn.endIndex, offsetBy: -Self.messageBytesMax / 2)...])
    }

    /// The turn in progress has these words.
    mutating func rehear(_ words: String) {
        turn = ""
        hear(words)
    }

    mutating func append(_ message: MindMessage) {
        switch message {
        case .system(let text): add(.system(Self.shortened(text)))
        case .user(let text): add(.user(Self.shortened(text)))
        case .assistant(let text): add(.assistant(Self.shortened(text), calls: []))
        case .call(let call): add(call)
        case .result(let result): take(result)
        }
    }

    // MARK: Answers

    /// The user's turn ends here, and answer `number` begins.
    mutating func begin(_ number: Int) {
        settle()
        let words = turn.trimmed
        if !words.isEmpty { settled.append(.user(words)) }
        turn = ""
        Self.trim(&settled)
        answer = Answer(number: number)
    }

    mutating func say(_ words: String, in number: Int) {
        if answer?.number == number { answer!.text += words }
    }

    mutating func call(_ call: ToolCall, in number: Int) {
        if answer?.number == number { answer!.calls.append(ChatCall(call: call)) }
    }

    /// The answer ends with the words that were heard. Its calls stay: they were made.
    mutating func cut(_ number: Int, heard: String) {
        guard answer?.number == number else { return }
        answer!.text = heard
        settle()
    }

    /// The result of a call that is in the history; others are dropped. It stands behind its call, however late it comes.
    mutating func take(_ result: ToolResult) {
        let output = Self.shortened(result.output)
        if let place = answer?.calls.firstIndex(where: { $0.call.id == result.id }) {
            answer!.calls[place].output = output
        } else if !Self.put(output, of: result.id, in: &later) {
            _ = Self.put(output, of: result.id, in: &settled)
        }
    }

    // MARK: In order

    private static func entries(of answer: Answer) -> [ChatEntry] {
        let text = answer.text.trimmed
        return text.isEmpty && answer.calls.isEmpty ? [] : [.assistant(text, calls: answer.calls)]
    }

    private mutating func settle() {
        settled = entries
        (answer, later) = (nil, [])
        Self.trim(&settled)
    }

    private mutating func add(_ entry: ChatEntry) {
        if answer == nil { settled.append(entry) } else { later.append(entry) }
        if answer == nil { Self.trim(&settled) } else { Self.trim(&later) }
    }

    /// Calls that follow each other belong to one message until one of them has its result.
    private mutating func add(_ call: ToolCall) {
        var place = answer == nil ? settled : later
        if case .assistant(let text, var calls)? = place.last, calls.allSatisfy({ $0.output == nil }) {
            calls.append(ChatCall(call: call))
            place[place.count - 1] = .assistant(text, calls: calls)
            if answer == nil { settled = place } else { later = place }
        } else {
            add(.assistant("", calls: [ChatCall(call: call)]))
        }
    }

    private static func put(_ output: String, of id: String, in entries: inout [ChatEntry]) -> Bool {
        for i in entries.indices.reversed() {
            guard case .assistant(let text, var calls) = entries[i] else { continue }
            guard let place = calls.firstIndex(where: { $0.call.id == id }) else { continue }
            calls[place].output = output
            entries[i] = .assistant(text, calls: calls)
            return true
        }
        return false
    }

    // MARK: Limits

    /// Drops the oldest turns, each with all that followed it, but never the last entry.
    private static func trim(_ entries: inout [ChatEntry]) {
        var bytes = entries.reduce(0) { $0 + $1.bytes }, first = 0
        func isOver() -> Bool { entries.count - first > Self.entriesMax || bytes > Self.bytesMax }
        while isOver(), first < entries.count - 1 {
            repeat {
                bytes -= entries[first].bytes
                first += 1
            } while first < entries.count - 1 && !entries[first].isUser
        }
        entries.removeFirst(first)
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > messageBytesMax else { return text }
        return text[..<text.utf8.index(text.startIndex, offsetBy: messageBytesMax)] + " …"
    }
}

extension String {
    /// Without the space around it.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

// Turns a conversation into a language model's prompt.

public import Basics

/// How a family of models frames the turns of a conversation. Texts of users, tools and operators are never read as control tokens.
///
///     opening(…) ─▶ beforeUser ─▶ the user's words ─▶ afterUser ─▶ the model's tokens ─▶ afterAssistant ─▶ beforeUser ─▶ …
public struct ChatTemplate: Sendable {
    /// What stands around a turn's text.
    struct Frame: Sendable {
        var before: [ChatPiece]
        var after: [ChatPiece]
    }

    public let name: String
    /// It is the template of a file whose `tokenizer.chat_template` has all of these texts, and none of the others.
    let signs: [String]
    var lacks: [String] = []
    /// nil if the instructions stand at the beginning of the first user's turn.
    let system: Frame?
    var user: Frame
    let assistant: Frame
    /// What a tool returned. The default is a user's turn.
    var result: Frame?
    public internal(set) var toolForm = ToolForm.hermes
    /// Whether white space around texts is taken away.
    var trims = false
    /// Control tokens that end the assistant's turn.
    let stops: [String]
    /// Texts that end it, for models without such tokens.
    public var stopTexts: [String] = []

    // What differs between the models of a family is read from the file's template.

    /// Instructions where the caller gives none.
    public internal(set) var instructionsDefault: String?
    /// Whether the model would think before it answers, and is told that it has.
    var skipsThoughts = false
    /// Whether the instructions begin with dates (Llama 3.1).
    var isDated = false

    // MARK: A conversation as it goes

    /// The beginning: instructions and tools. Empty if there are none and the model needs none.
    /// - Parameter today: such as "26 Jul 2024", which is the default; only some families use it.
    public func opening(
        instructions: String? = nil, tools: [Tool] = [], today: String? = nil
    ) -> [ChatPiece] {
        let text = toolForm.instructions(trimmed(instructions ?? instructionsDefault ?? ""), tools)
        let dates = isDated ? Self.dates(today, hasTools: !tools.isEmpty) : ""
        guard !(text + dates).isEmpty || instructions != nil && system != nil else { return [] }
        guard let system else { return user.before + [.text(text + "\n\n")] }
        return system.before + [.text(dates + text)] + system.after
    }

    /// Begins a user's turn.
    /// - Parameter opening: what stands before it, if that is the opening and nothing else.
    public func beforeUser(after opening: [ChatPiece] = []) -> [ChatPiece] {
        system == nil && !opening.isEmpty ? [] : user.before
    }

    /// Ends the user's turn and begins the assistant's.
    public var afterUser: [ChatPiece] { user.after + beforeAssistant }

    /// Begins the assistant's turn, also after a tool's result.
    public var beforeAssistant: [ChatPiece] {
        guard skipsThoughts else { return assistant.before }
        return assistant.before + [.mark("<think>"), .text("\n\n"), .mark("</think>"), .text("\n\n")]
    }

    /// Ends the assistant's turn. It begins with the control token by which the model ends it itself.
    public var afterAssistant: [ChatPiece] { assistant.after }

    // MARK: Messages

    /// A message with all that stands around it.
    public func pieces(_ message: ChatMessage, after opening: [ChatPiece] = []) -> [ChatPiece] {
        switch message {
        case .user(let text): beforeUser(after: opening) + [.text(trimmed(text))] + user.after
        case .assistant(let text, let calls): assistant.before + written(trimmed(text), calls) + assistant.after
        case .results(let texts): results(texts)
        }
    }

    /// A whole conversation; `answering` if the assistant's turn begins at its end.
    public func pieces(
        _ messages: [ChatMessage], instructions: String? = nil, tools: [Tool] = [], today: String? = nil,
        answering: Bool = true
    ) -> [ChatPiece] {
        let opening = opening(instructions: instructions, tools: tools, today: today)
        let turns = messages.enumerated().flatMap { pieces($1, after: $0 == 0 ? opening : []) }
        return Self.joined(opening + turns + (answering ? beforeAssistant : []))
    }

    private func written(_ text: String, _ calls: [ToolCall]) -> [ChatPiece] {
        var pieces: [ChatPiece] = text.isEmpty ? [] : [.text(text)]
        for call in calls {
            if !pieces.isEmpty { pieces.append(.text(toolForm.separator)) }
            pieces += toolForm.call(call)
        }
        return pieces
    }

    private func results(_ texts: [String]) -> [ChatPiece] {
        if let result { return texts.flatMap { result.before + toolForm.result($0) + result.after } }
        var pieces = user.before
        for (i, text) in texts.enumerated() { pieces += (i == 0 ? [] : [.text("\n")]) + toolForm.result(text) }
        return pieces + user.after
    }

    // MARK: Text

    private func trimmed(_ text: String) -> String {
        guard trims else { return text }
        let start = text.drop { $0.isWhitespace }
        return String(
            start.prefix(upTo: start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex))
    }

    private static func dates(_ today: String?, hasTools: Bool) -> String {
        (hasTools ? "Environment: ipython\n" : "")
            + "Cutting Knowledge Date: December 2023\nToday Date: \(today ?? "26 Jul 2024")\n\n"
    }

    /// With neighbouring texts in one, because tokens may span them.
    static func joined(_ pieces: [ChatPiece]) -> [ChatPiece] {
        var joined: [ChatPiece] = []
        for piece in pieces {
            if case .text(let text) = piece, case .text(let before) = joined.last {
                joined[joined.count - 1] = .text(before + text)
            } else {
                joined.append(piece)
            }
        }
        return joined
    }
}

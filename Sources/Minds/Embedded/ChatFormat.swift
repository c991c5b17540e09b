// How a talk is written as a model's own chat template says.

public import Basics
public import Dialogue
public import Language

/// A model's tokenizer and template, and the tokens by which a tuned model says more than words.
public struct ChatFormat: TalkFormat {
    private let template: ChatTemplate
    private let tokenizer: TextTokenizer
    /// Tokens that end an answer, and how.
    private let ends: [Int32: MindEnd]
    public let afterUser, beforeAnswer, afterAnswer: [Int32]

    /// - Parameter decisions: tokens of a tuned model that stand for an answer, such as "there is nothing to say".
    public init(_ template: ChatTemplate, _ tokenizer: TextTokenizer, decisions: [Int32: MindEnd] = [:]) {
        (self.template, self.tokenizer) = (template, tokenizer)
        afterUser = ChatTemplate.tokens(template.afterUser, tokenizer)
        beforeAnswer = ChatTemplate.tokens(template.beforeAssistant, tokenizer)
        afterAnswer = ChatTemplate.tokens(template.afterAssistant, tokenizer)
        let stops = template.stopTokens(tokenizer).map { ($0, MindEnd.complete) }
        ends = Dictionary(uniqueKeysWithValues: stops).merging(decisions) { $1 }
    }

    // MARK: Instructions

    public func system(_ setup: MindSetup) -> [Int32] {
        let tools = setup.toolChoice == .none ? [] : setup.tools
        let text = setup.instructions + (tools.isEmpty ? "" : setup.toolChoice.instruction)
        let tokens = self.tokens(text.isEmpty ? nil : text, tools)
        // The beginning is what the model's attention rests on: there must be one.
        return tokens.isEmpty ? self.tokens("You are a helpful assistant.", tools) : tokens
    }

    private func tokens(_ instructions: String?, _ tools: [Tool]) -> [Int32] {
        ChatTemplate.tokens(
            template.opening(instructions: instructions, tools: tools), tokenizer, beginning: true)
    }

    // MARK: Messages

    public func user(_ text: String) -> [Int32] {
        ChatTemplate.tokens(template.beforeUser() + [.text(String(text.drop { $0 == " " }))], tokenizer)
    }

    public func answer(_ text: String) -> [Int32] { tokenizer.encode(text, special: false, continuing: true) }

    public func message(_ message: MindMessage) -> [Int32] {
        switch message {
        case .system(let text):
            // Families without a place for instructions have them in the user's turn.
            let opening = template.opening(instructions: text)
            let hasPlace = !template.beforeUser(after: opening).isEmpty
            return hasPlace ? ChatTemplate.tokens(opening, tokenizer) : tokens(.user(text))
        case .user(let text): return tokens(.user(text))
        case .assistant(let text): return tokens(.assistant(text))
        case .call(let call):
            return tokens(.assistant("", calls: [call]))
        case .result(let result): return tokens(.results([result.output]))
        }
    }

    private func tokens(_ message: ChatMessage) -> [Int32] {
        ChatTemplate.tokens(template.pieces(message), tokenizer)
    }

    public func reader() -> any AnswerReader {
        ChatReader(
            ends: ends, stopTexts: template.stopTexts, decoder: TextDecoder(tokenizer, continuing: true),
            parser: ToolCallParser(template.toolForm))
    }
}

extension ToolChoice {
    /// What a model is told that has no other way to know.
    fileprivate var instruction: String {
        switch self {
        case .auto, .none: ""
        case .required: "\n\nYou must call a function."
        case .function(let name): "\n\nYou must call the function \(name)."
        }
    }
}

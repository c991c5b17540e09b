// What a client brings into a conversation for the text model that answers: instructions, tools, and history.

/// How a mind is to behave in a session.
public struct MindSetup: Hashable, Sendable {
    /// Empty for the mind's own default.
    public var instructions: String
    public var tools: [Tool]
    public var toolChoice: ToolChoice

    public init(instructions: String = "", tools: [Tool] = [], toolChoice: ToolChoice = .auto) {
        (self.instructions, self.tools, self.toolChoice) = (instructions, tools, toolChoice)
    }
}

/// One message of a conversation's history.
public enum MindMessage: Hashable, Sendable {
    case system(String)
    case user(String)
    case assistant(String)
    case call(ToolCall)
    case result(ToolResult)
}

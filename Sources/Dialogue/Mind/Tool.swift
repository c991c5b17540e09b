// Functions that a mind may call.

/// A function that a mind may call (OpenAI's function tools).
public struct Tool: Hashable, Sendable {
    public var name: String
    public var description: String
    /// A JSON schema of the arguments, as JSON text.
    public var parameters: String

    public init(name: String, description: String, parameters: String) {
        (self.name, self.description, self.parameters) = (name, description, parameters)
    }
}

/// Which tools a mind may or must call.
public enum ToolChoice: Hashable, Sendable {
    case auto, none, required
    /// This one.
    case function(String)
}

/// A mind's call of a tool.
public struct ToolCall: Hashable, Sendable {
    /// Unique in the session; its result carries the same one.
    public var id: String
    public var name: String
    /// A JSON object as text, as the mind wrote it.
    public var arguments: String

    public init(id: String, name: String, arguments: String) {
        (self.id, self.name, self.arguments) = (id, name, arguments)
    }
}

/// What a tool returned.
public struct ToolResult: Hashable, Sendable {
    /// The call's id.
    public var id: String
    public var output: String

    public init(id: String, output: String) { (self.id, self.output) = (id, output) }
}

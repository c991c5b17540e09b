// A call of a tool by a language model.

public struct ToolCall: Hashable, Sendable {
    public let name: String
    /// A JSON object.
    public let arguments: String

    public init(name: String, arguments: String) {
        self.name = name
        self.arguments = arguments
    }
}

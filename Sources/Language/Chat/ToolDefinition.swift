// A tool that a language model may call.

public struct ToolDefinition: Hashable, Sendable {
    public let name: String
    public let description: String
    /// The JSON Schema of the arguments, as JSON text.
    public let parameters: String

    public init(name: String, description: String, parameters: String) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }

    /// As OpenAI's chat completions and all chat templates have it.
    var json: String {
        let parameters = JSONText(parameters) == nil ? "{}" : parameters
        return "{\"type\": \"function\", \"function\": {\"name\": \(JSONText.quoted(name)), "
            + "\"description\": \(JSONText.quoted(description)), \"parameters\": \(parameters)}}"
    }
}

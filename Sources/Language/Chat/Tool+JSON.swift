// A tool as chat templates write it.

internal import Basics

extension Tool {
    /// As OpenAI's chat completions have it, and all chat templates.
    var json: String {
        let parameters = JSONText(parameters) == nil ? "{}" : parameters
        return "{\"type\": \"function\", \"function\": {\"name\": \(JSONText.quoted(name)), "
            + "\"description\": \(JSONText.quoted(description)), \"parameters\": \(parameters)}}"
    }
}

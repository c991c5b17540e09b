// How families of models write tools, calls and results.

internal import Basics

/// How tools are described to a model, how it calls them, and how it reads what they return.
public enum ToolForm: Sendable {
    /// `<tool_call>` with JSON, as Hermes and Qwen were trained on, and as others are told to in the instructions.
    case hermes
    /// A turn that is JSON and nothing else, as Llama 3.1 was trained on.
    case llama3

    /// The instructions with a description of the tools.
    func instructions(_ instructions: String, _ tools: [Tool]) -> String {
        guard !tools.isEmpty else { return instructions }
        switch self {
        case .hermes:
            let list = tools.map { "\n" + (JSONText($0.json)?.formatted() ?? $0.json) }.joined()
            return (instructions.isEmpty ? "" : instructions + "\n\n") + Self.hermesBefore + list + Self.hermesAfter
        case .llama3:
            let list = tools.map { (JSONText($0.json)?.formatted(indent: 4) ?? $0.json) + "\n\n" }.joined()
            return Self.llama3Before + list + instructions
        }
    }

    /// A call, as the model would have written it.
    func call(_ call: ToolCall) -> [ChatPiece] {
        let arguments = JSONText(call.arguments)?.formatted() ?? "{}"
        switch self {
        case .hermes:
            let json = "{\"name\": \(JSONText.quoted(call.name)), \"arguments\": \(arguments)}"
            return [.mark("<tool_call>"), .text("\n\(json)\n"), .mark("</tool_call>")]
        case .llama3: return [.text("{\"name\": \(JSONText.quoted(call.name)), \"parameters\": \(arguments)}")]
        }
    }

    /// What stands between calls, and between a text and the first.
    var separator: String { self == .hermes ? "\n" : "; " }

    func result(_ text: String) -> [ChatPiece] {
        switch self {
        case .hermes: [.mark("<tool_response>"), .text("\n\(text)\n"), .mark("</tool_response>")]
        // The template's test for "iterable" is true of strings, so the model was trained on quoted ones.
        case .llama3: [.text(JSONText.quoted(text))]
        }
    }

    // The wording of Qwen 2.5's and Qwen 3's chat templates (Apache-2.0).
    private static let hermesBefore =
        "# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function "
        + "signatures within <tools></tools> XML tags:\n<tools>"
    private static let hermesAfter =
        "\n</tools>\n\nFor each function call, return a json object with function name and arguments within "
        + "<tool_call></tool_call> XML tags:\n<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n"
        + "</tool_call>"
    // The wording that Llama 3.1 was trained on.
    private static let llama3Before =
        "You have access to the following functions. To call a function, please respond with JSON for a function call."
        + "Respond in the format {\"name\": function name, \"parameters\": dictionary of argument name and its value}."
        + "Do not use variables.\n\n"
}

// Writes the request for an answer (OpenAI, create chat completion).

internal import Basics
internal import Dialogue
internal import Wire

/// One request's body.
struct ChatRequest {
    let options: RemoteMindOptions
    let setup: MindSetup
    let entries: [ChatEntry]

    var body: String {
        var fields: [(String, JSONText)] = [
            ("model", .string(options.model)), ("messages", .array(messages)), ("stream", .bool(true)),
        ]
        if let tokens = options.tokensMax { fields.append(("max_tokens", .integer(Int64(tokens)))) }
        if let temperature = options.temperature { fields.append(("temperature", .exact(temperature))) }
        if !setup.tools.isEmpty { fields += [("tools", .array(setup.tools.map(Self.tool))), ("tool_choice", choice)] }
        return JSONText.line(fields)
    }

    // MARK: Messages

    private var messages: [JSONText] {
        let instructions = setup.instructions.isEmpty ? options.instructions : setup.instructions
        let first = instructions.isEmpty ? [] : [Self.message("system", instructions)]
        return first + Self.joined(entries).flatMap(Self.messages)
    }

    /// Neighbours of one speaker become one message: many chat templates want speakers to alternate.
    static func joined(_ entries: [ChatEntry]) -> [ChatEntry] {
        entries.reduce(into: []) { joined, entry in
            switch (joined.last, entry) {
            case (.user(let a), .user(let b)): joined[joined.count - 1] = .user("\(a) \(b)")
            case (.assistant(let a, let calls), .assistant(let b, let more)) where calls.isEmpty:
                joined[joined.count - 1] = .assistant(
                    [a, b].filter { !$0.isEmpty }.joined(separator: " "), calls: more)
            default: joined.append(entry)
            }
        }
    }

    private static func messages(of entry: ChatEntry) -> [JSONText] {
        switch entry {
        case .system(let text): return [message("system", text)]
        case .user(let text): return [message("user", text)]
        case .assistant(let text, let calls) where calls.isEmpty: return [message("assistant", text)]
        case .assistant(let text, let calls):
            let made = JSONText.object([
                // Null and nothing are refused by some servers and templates.
                ("role", .string("assistant")), ("content", .string(text)),
                ("tool_calls", .array(calls.map { call($0.call) })),
            ])
            return [made] + calls.map(result)
        }
    }

    private static func message(_ role: String, _ text: String) -> JSONText {
        .object([("role", .string(role)), ("content", .string(text))])
    }

    private static func call(_ call: ToolCall) -> JSONText {
        .object([
            ("id", .string(call.id)), ("type", .string("function")),
            ("function", .object([("name", .string(call.name)), ("arguments", .string(call.arguments))])),
        ])
    }

    /// Servers refuse a history in which a call has no result.
    private static func result(_ call: ChatCall) -> JSONText {
        .object([
            ("role", .string("tool")), ("tool_call_id", .string(call.call.id)),
            ("content", .string(call.output ?? "There is no result yet.")),
        ])
    }

    // MARK: Tools

    private static func tool(_ tool: Tool) -> JSONText {
        var function: [(String, JSONText)] = [("name", .string(tool.name))]
        if !tool.description.isEmpty { function.append(("description", .string(tool.description))) }
        let none = JSONText.object([("type", .string("object")), ("properties", .object([]))])
        function.append(("parameters", (try? JSONReader.object(tool.parameters)) ?? none))
        return .object([("type", .string("function")), ("function", .object(function))])
    }

    /// A tool is required once a turn: after its result, the mind may speak.
    private var choice: JSONText {
        var isAfterResult = false
        if case .assistant(_, let calls)? = entries.last { isAfterResult = !calls.isEmpty }
        switch setup.toolChoice {
        case .none: return .string("none")
        case .required where !isAfterResult: return .string("required")
        case .function(let name) where !isAfterResult:
            return .object([("type", .string("function")), ("function", .object([("name", .string(name))]))])
        default: return .string("auto")
        }
    }
}

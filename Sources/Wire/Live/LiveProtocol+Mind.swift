// A Live session's mind: its instructions and history, and the work that it hands to the client.

internal import Basics

extension LiveProtocol {
    /// Bytes of instructions, with those that were appended. Further ones are refused.
    static let instructionsBytesMax = 64 << 10

    /// The mind's messages in `session.input`.
    static func history(_ input: JSONText?) -> [MindMessage] {
        (input?.list ?? []).compactMap { item in
            let text = RealtimeItem.text(of: item)
            guard !text.isEmpty else { return nil }
            switch item["role"]?.text {
            case "user": return .user(text)
            case "assistant": return .assistant(text)
            case "developer", "system": return .system(text)
            default: return nil
            }
        }
    }

    /// Tells the mind of new settings.
    func configure() -> [ClientAction] {
        let new = delegation.setup(instructions: [instructions] + appended)
        guard hasMind, new != setup else { return [] }
        setup = new
        return [.configure(new)]
    }

    /// Nil if there is room for these instructions.
    func refuseInstructions(_ content: String, _ type: String, _ event: JSONText) -> [ClientAction]? {
        let bytes = appended.reduce(content.utf8.count) { $0 + $1.utf8.count }
        guard type == "session.instructions.append", bytes > Self.instructionsBytesMax else { return nil }
        let most = "Appended instructions are up to \(Self.instructionsBytesMax) bytes."
        return [.reply(error("invalid_value", most, event, param: "content"))]
    }

    /// Appended instructions, context, or something to say.
    func tellMind(_ event: JSONText, _ type: String, _ content: String) -> [ClientAction] {
        switch type {
        case "session.instructions.append":
            appended.append(content)
            return configure()
        case "session.thinking.append": return [.append(.system(content))]
        default:
            guard let call = delegation.takeCall(of: event["delegation_id"]?.text) else {
                return [.append(.system(Self.ask + content)), .tell("")]
            }
            return [.result(ToolResult(id: call, output: content), answers: true)]
        }
    }

    /// Commentary is something to say in one's own words, or an instruction what to say.
    private static let ask = "Speak to the user now. What to say, or an instruction for it:\n"

    // MARK: Tools

    /// An item of the backend: a tool's output, or a message.
    func createItem(_ event: JSONText) -> [ClientAction] {
        guard delegation.target == .responses else { return [.reply(undelegated(event))] }
        guard let item = event["item"], let type = item["type"]?.text ?? item["role"].map({ _ in "message" }) else {
            return [.reply(error("invalid_value", "item is missing, or its type.", event, param: "item"))]
        }
        switch type {
        case "function_call_output": return giveBack(item, event)
        case "message":
            let messages = Self.history(.array([item]))
            guard !messages.isEmpty else {
                return [.reply(error("invalid_value", "item has no text.", event, param: "item.content"))]
            }
            return messages.map { .append($0) }
        default:
            let types = "Items are of type message or function_call_output."
            return [.reply(error("unsupported_value", types, event, param: "item.type"))]
        }
    }

    private func giveBack(_ item: JSONText, _ event: JSONText) -> [ClientAction] {
        let id = item["call_id"]?.text ?? ""
        guard let output = item["output"]?.plain, output.utf8.count <= ToolFields.outputBytesMax else {
            let most = "item.output is a text of up to \(ToolFields.outputBytesMax) bytes."
            return [.reply(error("invalid_value", most, event, param: "item.output"))]
        }
        guard delegation.returned(ToolResult(id: id, output: output)) else {
            let message = "No tool with the call '\(id.prefix(128))' is running."
            return [.reply(error("invalid_tool_call_id", message, event, param: "item.call_id"))]
        }
        return []
    }

    /// The backend goes on, once every call has its output.
    func createResponse(_ event: JSONText) -> [ClientAction] {
        guard delegation.target == .responses else { return [.reply(undelegated(event))] }
        guard let results = delegation.takeResults() else {
            let message = "A call has no output yet; send response.item.create for each."
            return [.reply(error("missing_tool_output", message, event))]
        }
        return results.isEmpty ? [.tell("")] : results.map { .result($0, answers: true) }
    }

    func undelegated(_ event: JSONText) -> WireMessage {
        let type = event["type"]?.text ?? ""
        return error(
            "unsupported_event",
            "\(type) needs the delegation {\"type\":\"responses\"}, and a server with a text model.",
            event, param: "type")
    }

    // MARK: To the client

    func called(_ call: ToolCall, at position: Int64, into messages: inout [WireMessage]) {
        let (item, response, isNew) = delegation.called(call)
        let isClients = delegation.target != .responses
        if isNew {
            let fields: [(String, JSONText)] = [
                ("id", .string(response.delegation)), ("type", .string("delegation")),
                ("target", .string(isClients ? "client" : "responses")),
            ]
            let id: [(String, JSONText)] = isClients ? [] : [("response_id", .string(response.id))]
            let created = [("delegation", JSONText.object(fields + id)), ("offset_ms", .integer(position))]
            messages.append(message("session.delegation.created", .empty, created))
        }
        guard !isClients else { return }
        if isNew {
            tell("response.created", of: response, [("response", snapshot(response, "in_progress"))], into: &messages)
        }
        tell(call, item, of: response, into: &messages)
    }

    private func tell(
        _ call: ToolCall, _ id: String, of response: LiveDelegation.Response, into messages: inout [WireMessage]
    ) {
        func item(_ status: String, _ arguments: String) -> JSONText {
            .object([
                ("type", .string("function_call")), ("id", .string(id)), ("call_id", .string(call.id)),
                ("name", .string(call.name)), ("arguments", .string(arguments)), ("status", .string(status)),
            ])
        }
        let place = ("output_index", JSONText.integer(Int64(response.count)))
        let text = JSONText.string(call.arguments), name = ("item_id", JSONText.string(id))
        for (type, fields) in [
            ("response.output_item.added", [place, ("item", item("in_progress", ""))]),
            ("response.function_call_arguments.delta", [name, place, ("delta", text)]),
            (
                "response.function_call_arguments.done",
                [name, place, ("name", .string(call.name)), ("arguments", text)]
            ),
            ("response.output_item.done", [place, ("item", item("completed", call.arguments))]),
        ] { tell(type, of: response, fields, into: &messages) }
    }

    /// A slice begins: the calls before it were the response's last.
    func finishResponse(into messages: inout [WireMessage]) {
        guard let response = delegation.takeResponse() else { return }
        tell("response.completed", of: response, [("response", snapshot(response, "completed"))], into: &messages)
    }

    /// A streaming event of the Responses API, in its envelope.
    private func tell(
        _ type: String, of response: LiveDelegation.Response, _ fields: [(String, JSONText)],
        into messages: inout [WireMessage]
    ) {
        messages.append(
            message(
                "response.event", .empty,
                [
                    ("delegation_id", .string(response.delegation)),
                    ("event", .object([("type", .string(type))] + fields)),
                ]))
    }

    private func snapshot(_ response: LiveDelegation.Response, _ status: String) -> JSONText {
        .object([
            ("id", .string(response.id)), ("object", .string("response")), ("status", .string(status)),
            ("output", .array([])), ("error", .null), ("incomplete_details", .null),
        ])
    }
}

extension JSONText {
    /// A text, or the texts of a list of parts.
    fileprivate var plain: String? {
        switch self {
        case .string(let text): text
        case .array(let parts): parts.compactMap { $0["text"]?.text }.joined()
        default: nil
        }
    }
}

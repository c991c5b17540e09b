// A Realtime session's mind: its settings, the tools that it calls, and the items that become its history.

internal import Basics

extension RealtimeProtocol {
    /// Characters of a call's arguments in one event.
    private static let deltaCharacters = 64
    /// Where the mind fails, a spoken phrase must begin within this time to belong to the response.
    private static let phraseMilliseconds = 2000

    // MARK: From the client

    /// Checks a call or a tool's output, where there is a mind that reads it. Nil if it is acceptable.
    func refuseTool(_ fields: JSONText, _ type: String, _ event: JSONText) -> [ClientAction]? {
        guard mind.exists else { return nil }
        let needed = type == "function_call" ? ["call_id", "name", "arguments"] : ["call_id", "output"]
        if let missing = needed.first(where: { fields[$0]?.text == nil }) {
            return refuse("missing_required_parameter", "item.\(missing) is missing.", event, param: "item." + missing)
        }
        let id = fields["call_id"]!.text!, output = fields["output"]?.text ?? ""
        guard output.utf8.count <= ToolFields.outputBytesMax else {
            let most = "Outputs are up to \(ToolFields.outputBytesMax) bytes long."
            return refuse("string_above_max_length", most, event, param: "item.output")
        }
        guard type == "function_call_output" else { return nil }
        guard conversation.call(id) != nil || mind.awaits(id) else {
            return refuse(
                "invalid_tool_call_id", "Tool call ID '\(id.prefix(128))' not found in conversation.", event,
                param: "item.call_id")
        }
        guard !conversation.hasOutput(of: id) else {
            let message = "Tool call ID '\(id.prefix(128))' has its output already."
            return refuse("invalid_tool_call_id", message, event, param: "item.call_id")
        }
        return nil
    }

    /// Tells the mind of an item that the client has created. A user's message waits, because a request for a response may follow.
    func inform(_ item: RealtimeItem, _ fields: JSONText) -> [ClientAction] {
        guard mind.exists else { return [] }
        func field(_ name: String) -> String { fields[name]?.text ?? "" }
        switch field("type") {
        case "function_call":
            let call = ToolCall(id: field("call_id"), name: field("name"), arguments: field("arguments"))
            return informOfTyped() + [.append(.call(call))]
        case "function_call_output":
            let result = ToolResult(id: field("call_id"), output: field("output"))
            return mind.returned(result.id)
                ? [.result(result, answers: false)] : informOfTyped() + [.append(.result(result))]
        default:
            guard item.role == "user" else { return informOfTyped() }
            mind.typed(at: clock.position)
            return []
        }
    }

    /// What was typed and not answered becomes history.
    private func informOfTyped() -> [ClientAction] { conversation.takeUntold().map { .append($0) } }

    /// What is due to the mind now that a slice is over.
    func attend() -> [ClientAction] {
        var due = mind.tellsTyped(at: clock.position) ? informOfTyped() : []
        guard responses.isIdle else { return due }
        due += mind.configure(settings.setup, isIdle: true)
        if let request = mind.takePostponed() { due += respond(request) }
        return due
    }

    // MARK: To the client

    func called(_ call: ToolCall, _ out: inout [WireMessage]) {
        mind.called(call.id)
        var changes: [RealtimeResponses.Change] = []
        responses.call(
            RealtimeItem(id: ids.next("item"), call: call), isText: !settings.speaks, &ids, into: &changes)
        report(changes, [], &out)
    }

    func failed(_ reason: String, _ out: inout [WireMessage]) {
        var changes: [RealtimeResponses.Change] = []
        let patience = clock.slices(milliseconds: Self.phraseMilliseconds)
        responses.fail(reason, patience: patience, isText: !settings.speaks, &ids, into: &changes)
        report(changes, [], &out)
    }

    /// A call is complete as soon as it begins.
    func call(_ response: RealtimeResponse, _ item: RealtimeItem, place: Int, _ out: inout [WireMessage]) {
        guard let call = item.call else { return }
        var begun = item
        begun.status = .inProgress
        let previous = response.isAside ? nil : conversation.add(item)
        output("response.output_item.added", response, begun, place: place, &out)
        if !response.isAside { announce("conversation.item.added", begun, behind: previous, &out) }
        let fields: [(String, JSONText)] = [
            ("response_id", .string(response.id)), ("item_id", .string(item.id)),
            ("output_index", .integer(Int64(place))), ("call_id", .string(call.id)),
        ]
        for piece in call.arguments.pieces(of: Self.deltaCharacters) {
            send("response.function_call_arguments.delta", fields + [("delta", .string(piece))], &out)
        }
        send(
            "response.function_call_arguments.done",
            fields + [("name", .string(call.name)), ("arguments", .string(call.arguments))], &out)
        if !response.isAside { announce("conversation.item.done", item, behind: previous, &out) }
        output("response.output_item.done", response, item, place: place, &out)
    }
}

extension String {
    /// The text in pieces of so many characters; the last may be shorter.
    fileprivate func pieces(of count: Int) -> [String] {
        var rest = self[...], pieces: [String] = []
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}

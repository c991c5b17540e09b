// Clients' operations on the items of a Realtime conversation.

extension RealtimeProtocol {
    /// Audio is sent as it sounds, so a client that goes by its clock may be this far past the end when it learns that an
    /// answer was interrupted.
    private static let unsentMillisecondsMax: Int64 = 240

    func create(_ event: JSONText) -> [ClientAction] {
        guard let fields = event["item"], let type = fields["type"]?.text else {
            return refuse("missing_required_parameter", "item is missing, or its type.", event, param: "item")
        }
        guard ["message", "function_call", "function_call_output"].contains(type) else {
            return refuse(
                "invalid_value", "Items are of type message, function_call or function_call_output.", event,
                param: "item.type")
        }
        let id = fields["id"]?.text ?? ids.next("item"), previous = event["previous_item_id"]?.text
        guard conversation.item(id) == nil else {
            return refuse("item_create_duplicate_item_id", "There is an item \(id) already.", event, param: "item.id")
        }
        // OpenAI Realtime reference, `conversation.item.create`: "an error will be returned and the item will not be added".
        guard conversation.hasPlace(behind: previous) else {
            return refuse(
                "item_create_invalid_previous_item_id", "There is no item \(previous ?? "").", event,
                param: "previous_item_id")
        }
        if let refusal = type == "message" ? refuseMessage(fields, event) : refuseTool(fields, type, event) {
            return refusal
        }
        let item = RealtimeItem(id: id, written: fields)
        guard item.text.utf8.count <= Self.textMax else {
            return refuse(
                "string_above_max_length", "Texts are up to \(Self.textMax) bytes long.", event, param: "item.content")
        }
        let place = conversation.add(item, behind: previous).map { JSONText.string($0) } ?? .null
        return replies { announce(item, behind: place, &$0) } + inform(item, fields)
            + RealtimeItem.audio(of: fields).flatMap { receiveAudio(recordings.audio($0), event) }
    }

    /// Checks a message. Nil if it is acceptable.
    private func refuseMessage(_ fields: JSONText, _ event: JSONText) -> [ClientAction]? {
        guard let role = fields["role"]?.text, ["user", "assistant", "system", "developer"].contains(role) else {
            return refuse("invalid_value", "A message's role is user, assistant or system.", event, param: "item.role")
        }
        guard fields["content"] != nil else {
            return refuse("missing_required_parameter", "item.content is missing.", event, param: "item.content")
        }
        return nil
    }

    func edit(_ event: JSONText, _ type: String) -> [ClientAction] {
        let verb = type.split(separator: ".").last!, name = event["item_id"]?.text ?? ""
        guard let item = conversation.item(name) else {
            let shown = name.isEmpty ? "without an id" : name
            return refuse(
                "item_\(verb)_invalid_item_id", "There is no item \(shown).", event, param: "item_id")
        }
        switch verb {
        case "retrieve":
            return reply("conversation.item.retrieved", [("item", item.described(in: messages.dialect))])
        case "delete":
            _ = conversation.remove(name)
            return reply("conversation.item.deleted", [("item_id", .string(name))])
        default: return truncate(item, event)
        }
    }

    /// OpenAI Realtime reference, `conversation.item.truncate`: cuts an answer's audio, no further than there is any.
    private func truncate(_ item: RealtimeItem, _ event: JSONText) -> [ClientAction] {
        let current = responses.current.flatMap { $0.itemID == item.id ? $0 : nil }
        guard item.role == "assistant", item.pieces != nil, !item.isText else {
            return refuse("unsupported_content_type", "Answers with audio can be truncated.", event, param: "item_id")
        }
        guard let end = event["audio_end_ms"]?.whole else {
            return refuse("missing_required_parameter", "audio_end_ms is missing.", event, param: "audio_end_ms")
        }
        let sent = Int64(current?.slices ?? item.slices) * clock.slice
        guard end <= sent + Self.unsentMillisecondsMax else {
            return refuse("invalid_value", "The answer has \(sent) ms of audio.", event, param: "audio_end_ms")
        }
        conversation.change(item.id) { $0.truncate(at: end) }
        if current != nil { responses.cut(at: end) }
        return reply(
            "conversation.item.truncated",
            [("item_id", .string(item.id)), ("content_index", .integer(0)), ("audio_end_ms", .integer(end))])
    }
}

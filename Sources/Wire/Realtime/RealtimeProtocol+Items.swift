// What clients do with the items of a Realtime conversation.

internal import Foundation

extension RealtimeProtocol {
    func create(_ event: [String: Any]) -> [ClientAction] {
        guard let fields = event["item"] as? [String: Any], let type = fields["type"] as? String else {
            return refuse("missing_required_parameter", "item is missing, or its type.", event, param: "item")
        }
        guard ["message", "function_call", "function_call_output"].contains(type) else {
            return refuse(
                "invalid_value", "Items are of type message, function_call or function_call_output.", event,
                param: "item.type")
        }
        let id = fields["id"] as? String ?? next("item")
        guard conversation.item(id) == nil else {
            return refuse("item_create_duplicate_item_id", "There is an item \(id) already.", event, param: "item.id")
        }
        let role = fields["role"] as? String
        guard type != "message" || ["user", "assistant", "system", "developer"].contains(role) else {
            return refuse("invalid_value", "A message's role is user, assistant or system.", event, param: "item.role")
        }
        let (written, audio) = RealtimeItem.write(fields)
        var item = RealtimeItem(id: id, role: type == "message" ? role : nil, written: written)
        item.isUntold = type == "message"
        item.bytes = JSONText(written).description.utf8.count
        guard item.text.utf8.count <= Self.textMax else {
            return refuse(
                "string_above_max_length", "Texts are up to \(Self.textMax) bytes long.", event, param: "item")
        }
        let previous = conversation.add(item, behind: event["previous_item_id"] as? String)
        let replies = announce(item, behind: previous.map { .string($0) } ?? .null).map { ClientAction.reply($0) }
        return replies + audio.flatMap { hear(recordings.audio($0), event) }
    }

    func edit(_ event: [String: Any], _ type: String) -> [ClientAction] {
        let verb = type.split(separator: ".").last!, name = event["item_id"] as? String ?? ""
        guard let item = conversation.item(name) else {
            return refuse(
                "item_\(verb)_invalid_item_id", "There is no item \(name.isEmpty ? "without an id" : name).", event,
                param: "item_id")
        }
        let id = ("item_id", JSONText.string(name))
        switch verb {
        case "retrieve":
            return reply("conversation.item.retrieved", [("item", item.described(in: messages.dialect))])
        case "delete":
            _ = conversation.remove(name)
            return reply("conversation.item.deleted", [id])
        default:
            guard item.role == "assistant", let end = event["audio_end_ms"] as? NSNumber else {
                return refuse(
                    "invalid_value", "Answers can be truncated, at audio_end_ms.", event, param: "audio_end_ms")
            }
            conversation.change(name) { $0.truncate(at: end.int64Value) }
            if response?.itemID == name { response!.cut = end.int64Value }
            return reply(
                "conversation.item.truncated",
                [id, ("content_index", .integer(0)), ("audio_end_ms", .integer(end.int64Value))])
        }
    }
}

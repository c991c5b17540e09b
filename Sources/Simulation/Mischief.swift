// Messages that no well-behaved client sends.

internal import Basics
internal import Foundation
internal import Wire

enum Mischief {
    private static let types = [
        "session.start", "session.update", "session.tell", "session.say", "session.interrupt", "session.clock",
        "session.playback.ack", "session.resume", "session.commentary.append", "session.input_audio.append",
        "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear", "response.create",
        "response.cancel", "conversation.item.create", "conversation.item.truncate", "conversation.item.delete",
        "session.context.append", "session.tool.result", "session.instructions.append", "session.thinking.append",
        "response.item.create", "media", "start", "mark", "nothing",
    ]
    private static let fields = [
        "type", "event", "session", "audio", "text", "item", "content", "item_id", "previous_item_id", "played_ms",
        "client_ms", "response", "instructions", "tools", "tool_choice", "name", "parameters", "call_id", "output",
        "role", "delegation", "responses", "delegation_id", "media", "payload", "audio_end_ms", "content_index",
    ]

    /// Bytes, a broken text, a long text, or an event with fields of any kind.
    static func message(_ random: inout Random) -> WireMessage {
        switch random.below(6) {
        case 0: .binary((0..<random.below(300)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        case 1: .text(String(repeating: "[", count: 1 + random.below(2000)))
        case 2: .text(#"{"type":"session.tell","text":"\#(String(repeating: "a", count: random.below(4000)))"}"#)
        default: .text(event(&random))
        }
    }

    private static func event(_ random: inout Random) -> String {
        let type = types[random.below(types.count)]
        var text = #"{"type":"\#(type)","event":"\#(type)""#
        for _ in 0..<random.below(4) { text += ",\"\(fields[random.below(fields.count)])\":\(value(&random, 3))" }
        return text + "}"
    }

    private static func value(_ random: inout Random, _ depth: Int) -> String {
        switch random.below(depth > 0 ? 8 : 6) {
        case 0: "null"
        case 1: "true"
        case 2: "-1"
        case 3: "1e300"
        case 4: "\"\""
        case 5: "\"AAAA\""
        case 6: "[\(value(&random, depth - 1)),\(value(&random, depth - 1))]"
        default: "{\"\(fields[random.below(fields.count)])\":\(value(&random, depth - 1))}"
        }
    }

    /// An item of a conversation that a client brings along.
    static func historyItem(_ number: Int) -> String {
        let (role, kind) = number % 2 == 0 ? ("user", "input_text") : ("assistant", "output_text")
        let content = #"[{"type":"\#(kind)","text":"line \#(number)"}]"#
        return
            #"{"type":"conversation.item.create","item":{"id":"old_\#(number)","type":"message","role":"\#(role)","content":\#(content)}}"#
    }

    static func object(_ text: String) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
    }
}

// Realtime's server events as messages, numbered, in current names or the beta's.

/// Writes one connection's events.
struct RealtimeMessages {
    let dialect: RealtimeDialect
    private var count = 0

    init(_ dialect: RealtimeDialect) { self.dialect = dialect }

    /// Events with other names in the beta, which has no `conversation.item.done`.
    private static let betaNames = [
        "response.output_audio.delta": "response.audio.delta", "response.output_audio.done": "response.audio.done",
        "response.output_audio_transcript.delta": "response.audio_transcript.delta",
        "response.output_audio_transcript.done": "response.audio_transcript.done",
        "response.output_text.delta": "response.text.delta", "response.output_text.done": "response.text.done",
        "conversation.item.added": "conversation.item.created",
    ]

    /// Nil for an event that the dialect lacks.
    mutating func event(_ type: String, _ fields: [(String, JSONText)] = []) -> WireMessage? {
        guard dialect == .current || type != "conversation.item.done" else { return nil }
        count += 1
        let name = dialect == .current ? type : Self.betaNames[type] ?? type
        return .text(JSONText.line([("type", .string(name)), ("event_id", .string("event_\(count)"))] + fields))
    }

    /// A piece of an answer's audio, written by hand: base64 and ids need no escapes.
    mutating func audio(_ bytes: [UInt8], response: String, item: String, place: Int) -> WireMessage {
        count += 1
        let type = dialect == .current ? "response.output_audio.delta" : "response.audio.delta"
        return .text(
            "{\"type\":\"\(type)\",\"event_id\":\"event_\(count)\",\"response_id\":\"\(response)\",\"item_id\":\"\(item)\",\"output_index\":\(place),\"content_index\":0,\"delta\":\"\(Base64.encode(bytes))\"}"
        )
    }

    /// An error object; `cause` is the client's event.
    mutating func error(
        _ code: String, _ message: String, _ cause: JSONText = .empty, param: String? = nil,
        type: String = "invalid_request_error"
    ) -> WireMessage {
        let error = JSONText.object([
            ("type", .string(type)), ("code", .string(code)), ("message", .string(message)),
            ("param", param.map { .string($0) } ?? .null), ("event_id", cause.eventID ?? .null),
        ])
        return event("error", [("error", error)])!
    }
}

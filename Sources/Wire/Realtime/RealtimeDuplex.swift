// What vLLM-Omni adds to Realtime for full-duplex models, where the query says duplex=1 (its docs/serving/realtime_duplex_api.md):
// decisions, acknowledged playback, 16-kHz input, an orderly close. Its resumption of sessions is not here.

internal import Foundation

extension RealtimeProtocol {
    /// In `session.created`.
    static let capabilities = JSONText.object([
        ("implementation_level", .string("model_native")), ("supports_barge_in", .bool(true)),
        ("supports_session_resume", .bool(false)), ("supports_audio_truncate", .bool(true)),
        ("chunk_period_ms", .integer(80)), ("input_modes", .array([.string("audio"), .string("text")])),
    ])

    /// An update in this dialect as one in Realtime's. No turn detection means there that the model takes its turns, as it does here.
    static func session(ofDuplex update: [String: Any]) -> [String: Any] {
        var update = update
        if update["turn_detection"] is NSNull { update["turn_detection"] = nil }
        var audio = update["audio"] as? [String: Any] ?? [:], input = audio["input"] as? [String: Any] ?? [:]
        let named = (update["sample_rate_hz"] ?? input["sample_rate_hz"]) as? NSNumber
        if let rate = named, update["input_audio_format"] as? String ?? "pcm16" == "pcm16" {
            input["format"] = ["type": "audio/pcm", "rate": rate] as [String: Any]
            update["input_audio_format"] = nil
        }
        input["sample_rate_hz"] = nil
        (audio["input"], audio["output"]) = (input, nil)
        update["audio"] = audio
        return update.filter { !["sample_rate_hz", "extra_body", "idle_timeout_s"].contains($0.key) }
    }

    /// Nil for what is no event of the extension.
    func obeyDuplex(_ event: [String: Any], _ type: String) -> [ClientAction]? {
        switch type {
        case "session.close": return [.close]
        case "session.heartbeat": return reply("session.heartbeat_ack")
        case "session.event_ack": return []
        case "playback.ack": return acknowledge(event)
        default: return nil
        }
    }

    /// The conversation holds what was heard: an answer that was broken off ends where its playback did.
    private func acknowledge(_ event: [String: Any]) -> [ClientAction] {
        guard let played = (event["played_ms"] as? NSNumber)?.int64Value else {
            return refuse("missing_required_parameter", "played_ms is missing.", event, param: "played_ms")
        }
        let committed = (event["committed_ms"] as? NSNumber)?.int64Value ?? played
        if let id = event["item_id"] as? String ?? lastAnswerID {
            conversation.change(id) { if $0.status == .incomplete { $0.truncate(at: committed) } }
        }
        let response = (event["response_id"] as? String).map { JSONText.string($0) } ?? .null
        return reply(
            "playback.acknowledged",
            [("response_id", response), ("played_ms", .integer(played)), ("committed_ms", .integer(committed))])
    }
}

// vLLM-Omni's additions to Realtime for full-duplex models (duplex=1 in the query; its docs/serving/realtime_duplex_api.md):
// decisions, acknowledged playback, 16-kHz input, an orderly close. No sessions are resumed.

extension RealtimeProtocol {
    /// Sent in `session.created`.
    var capabilities: JSONText {
        .object([
            ("implementation_level", .string("model_native")), ("supports_barge_in", .bool(true)),
            ("supports_session_resume", .bool(false)), ("supports_audio_truncate", .bool(true)),
            ("chunk_period_ms", .integer(clock.slice)),
            ("input_modes", .array([.string("audio"), .string("text")])),
        ])
    }

    /// Converts an update to Realtime's form. A null turn_detection means that the model takes its turns, as it does here.
    static func session(ofDuplex update: JSONText) -> JSONText {
        let named = update["audio"]?["input"]?.fields ?? []
        var input = named.filter { $0.0 != "sample_rate_hz" },
            dropped = ["sample_rate_hz", "extra_body", "idle_timeout_s"]
        if let rate = update["sample_rate_hz"] ?? update["audio"]?["input"]?["sample_rate_hz"],
            update["input_audio_format"]?.text ?? "pcm16" == "pcm16"
        {
            input.append(("format", .object([("type", .string("audio/pcm")), ("rate", rate)])))
            dropped.append("input_audio_format")
        }
        let rest = (update.fields ?? []).filter { name, value in
            !dropped.contains(name) && name != "audio" && !(name == "turn_detection" && value.isNull)
        }
        return .object(rest + [("audio", .object([("input", .object(input))]))])
    }

    /// Nil when the event is not part of the extension.
    func performDuplex(_ event: JSONText, _ type: String) -> [ClientAction]? {
        switch type {
        case "session.close": return [.close]
        case "session.heartbeat": return reply("session.heartbeat_ack")
        case "session.event_ack": return []
        case "playback.ack": return acknowledge(event)
        default: return nil
        }
    }

    /// The conversation keeps what was played: an interrupted answer ends where its playback did.
    private func acknowledge(_ event: JSONText) -> [ClientAction] {
        guard let played = event["played_ms"]?.whole else {
            return refuse("missing_required_parameter", "played_ms is missing.", event, param: "played_ms")
        }
        let committed = event["committed_ms"]?.whole ?? played
        if let id = event["item_id"]?.text ?? responses.lastItemID {
            conversation.change(id) { if $0.status == .incomplete { $0.truncate(at: committed) } }
        }
        return reply(
            "playback.acknowledged",
            [
                ("response_id", event["response_id"] ?? .null), ("played_ms", .integer(played)),
                ("committed_ms", .integer(committed)),
            ])
    }
}

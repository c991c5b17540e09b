// The fields of Realtime's client events, in today's names and the beta's (OpenAI Realtime reference, "Client events").

enum RealtimeShapes {
    /// By type. No fields are read of types that are not listed.
    static let events: [String: JSONShape] = [
        "session.update": event(["session": session]),
        "conversation.item.create": event(["previous_item_id": JSONText.idShape, "item": item]),
        "conversation.item.retrieve": event(["item_id": JSONText.idShape]),
        "conversation.item.delete": event(["item_id": JSONText.idShape]),
        "conversation.item.truncate": event([
            "item_id": JSONText.idShape, "content_index": .whole(0...0),
            "audio_end_ms": .whole(0...JSONShape.exactIntegerMax),
        ]),
        "response.create": event(["response": response]),
        "response.cancel": event(["response_id": JSONText.idShape]),
        "playback.ack": event([
            "played_ms": .whole(0...JSONShape.exactIntegerMax), "committed_ms": .whole(0...JSONShape.exactIntegerMax),
            "item_id": JSONText.idShape, "response_id": JSONText.idShape,
        ]),
    ]

    /// The shape of every other event.
    static let others = event([:])

    private static func event(_ fields: [String: JSONShape]) -> JSONShape {
        .object(fields.merging(["type": .text(0...128), "event_id": JSONText.idShape]) { $1 })
    }

    // MARK: Sessions

    private static let milliseconds = JSONShape.whole(0...600_000)
    private static let format = JSONShape.object(["type": .text(), "rate": .whole(0...1_000_000)])
    private static let transcription = JSONShape.object(["model": .text(), "language": .text(), "prompt": .text()])
    private static let noise = JSONShape.object(["type": .text()])
    private static let modalities = JSONShape.list(.choice(["audio", "text"]))
    private static let voice = JSONShape.either(.text(), .object(["id": .text()]))
    private static let tokens = JSONShape.either(.whole(1...JSONShape.exactIntegerMax), .choice(["inf"]))

    private static let turnDetection = JSONShape.object([
        "type": .choice(["server_vad", "semantic_vad"]), "threshold": .real(), "prefix_padding_ms": milliseconds,
        "silence_duration_ms": milliseconds, "idle_timeout_ms": milliseconds, "create_response": .flag,
        "interrupt_response": .flag, "eagerness": .choice(["auto", "low", "medium", "high"]),
    ])

    /// Fields that sessions and responses have in common.
    private static let common: [String: JSONShape] = [
        "instructions": .text(), "output_modalities": modalities, "modalities": modalities,
        "tools": .list(ToolFields.toolShape), "tool_choice": ToolFields.choiceShape, "max_output_tokens": tokens,
        "max_response_output_tokens": tokens, "temperature": .real(), "voice": voice, "prompt": .object([:]),
        "output_audio_format": .either(.text(), format),
    ]

    private static let ofSessions: [String: JSONShape] = [
        "type": .choice(["realtime", "transcription"]), "model": .text(), "tracing": .either(.text(), .object([:])),
        "include": .list(.text()), "truncation": .either(.text(), .object([:])),
        "audio": .object([
            "input": .object([
                "format": format, "transcription": transcription, "noise_reduction": noise,
                "turn_detection": turnDetection, "sample_rate_hz": .whole(0...1_000_000),
            ]),
            "output": .object(["format": format, "voice": voice, "speed": .real()]),
        ]),
        "input_audio_format": .either(.text(), format), "input_audio_transcription": transcription,
        "input_audio_noise_reduction": noise, "turn_detection": turnDetection, "speed": .real(),
        "sample_rate_hz": .whole(0...1_000_000),
    ]

    static let session = JSONShape.object(common.merging(ofSessions) { $1 })

    // MARK: Items and responses

    static let item = JSONShape.object([
        "id": .text(1...128), "type": .text(), "object": .text(), "role": .text(), "status": .text(),
        "content": .list(
            .object([
                "type": .text(), "text": .text(), "audio": .text(), "transcript": .text(), "image_url": .text(),
            ])),
        "call_id": .text(), "name": .text(), "arguments": .text(), "output": .text(),
    ])

    private static let response = JSONShape.object(
        common.merging([
            "conversation": .text(), "metadata": .map(16, .text(0...512)), "input": .list(item),
            "audio": .object(["output": .object(["format": format, "voice": voice])]),
        ]) { $1 })
}

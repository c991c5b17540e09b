// The server's JSON messages of the native protocol.

enum DuetMessages {
    static func error(_ code: String, _ message: String) -> WireMessage {
        .text(
            JSONText.line([
                ("type", .string("error")),
                (
                    "error",
                    .object([
                        ("type", .string("invalid_request_error")), ("code", .string(code)),
                        ("message", .string(message)),
                    ])
                ),
            ]))
    }

    /// `event` must not be audio.
    static func text(_ event: ServerEvent, input: AudioFormat, output: AudioFormat) -> String {
        func span(
            _ type: String, _ key: String, _ text: String, _ start: Int64, _ end: Int64,
            _ more: [(String, JSONText)] = []
        ) -> String {
            JSONText.line(
                [("type", .string(type)), (key, .string(text))] + more + [
                    ("start_ms", .integer(start)), ("end_ms", .integer(end)),
                ])
        }
        switch event {
        case .started(let id, let model, let slice): return started(id, model, slice, input, output)
        case .userText(let text, let start, let end):
            return span("session.input_transcript.delta", "delta", text, start, end)
        case .userDone(let text, let start, let end):
            return span("session.input_transcript.done", "text", text, start, end)
        case .assistantText(let text, let start, let end):
            return span("session.output_transcript.delta", "delta", text, start, end)
        case .assistantDone(let text, let interrupted, let start, let end):
            return span(
                "session.output_transcript.done", "text", text, start, end, [("interrupted", .bool(interrupted))])
        case .speaking(let at): return state("speaking", at)
        case .listening(let at): return state("listening", at)
        case .interrupted(let at):
            return JSONText.line([("type", .string("session.interrupted")), ("at_ms", .integer(at))])
        case .info(let code, let message, let milliseconds):
            return JSONText.line([
                ("type", .string("info")), ("code", .string(code)), ("message", .string(message)),
                ("dropped_ms", .integer(milliseconds)),
            ])
        case .closed(let reason, let seconds):
            return JSONText.line([
                ("type", .string("session.closed")), ("reason", .string(reason)),
                ("usage", .object([("seconds", .number(seconds))])),
            ])
        case .audio: return ""
        }
    }

    private static func state(_ state: String, _ at: Int64) -> String {
        JSONText.line([("type", .string("session.state")), ("state", .string(state)), ("at_ms", .integer(at))])
    }

    private static func started(
        _ id: String, _ model: String, _ slice: Int, _ input: AudioFormat, _ output: AudioFormat
    ) -> String {
        func format(_ f: AudioFormat) -> JSONText {
            .object([("type", .string(f.codec.rawValue)), ("rate", .integer(Int64(f.rate)))])
        }
        return JSONText.line([
            ("type", .string("session.started")),
            (
                "session",
                .object([
                    ("id", .string(id)), ("model", .string(model)), ("slice_ms", .integer(Int64(slice))),
                    ("audio", .object([("input", format(input)), ("output", format(output))])),
                ])
            ),
        ])
    }
}

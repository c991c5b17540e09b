// The server's JSON messages of the native protocol.

internal import Audio
internal import Basics

enum DuetMessages {
    /// `param` is the field at fault.
    static func error(_ code: String, _ message: String, param: String? = nil) -> WireMessage {
        let fields: [(String, JSONText)] = [
            ("type", .string("invalid_request_error")), ("code", .string(code)), ("message", .string(message)),
        ]
        let field = param.map { [("param", JSONText.string($0))] } ?? []
        return .text(JSONText.line([("type", .string("error")), ("error", .object(fields + field))]))
    }

    /// An error and the close that ends the connection.
    static func end(
        _ code: String, _ message: String, param: String? = nil, closing: UInt16 = 1008
    ) -> [WireMessage] {
        [error(code, message, param: param), .close(code: closing, reason: code)]
    }

    /// Events that need no state. `played` is the played part of an interrupted answer.
    static func text(_ event: ServerEvent, played: String?) -> String {
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
        case .userText(let text, let start, let end):
            return span("session.input_transcript.delta", "delta", text, start, end)
        case .userGuess(let text, let at): return guess(text, at)
        case .userDone(let text, let start, let end):
            return span("session.input_transcript.done", "text", text, start, end)
        case .assistantText(let text, let start, let end):
            return span("session.output_transcript.delta", "delta", text, start, end)
        case .assistantDone(let text, let interrupted, let start, let end):
            let heard = played.map { [("heard", JSONText.string($0))] } ?? []
            let more = [("interrupted", .bool(interrupted))] + heard
            return span("session.output_transcript.done", "text", text, start, end, more)
        case .latency(let latency, let at): return self.latency(latency, at)
        case .speaking(let at): return state("speaking", at)
        case .listening(let at): return state("listening", at)
        case .interrupted(let at):
            return JSONText.line([("type", .string("session.interrupted")), ("at_ms", .integer(at))])
        case .call(let call, let at):
            return JSONText.line([
                ("type", .string("session.tool.call")), ("call_id", .string(call.id)), ("name", .string(call.name)),
                ("arguments", .string(call.arguments)), ("at_ms", .integer(at)),
            ])
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
        case .goingAway(let milliseconds):
            return JSONText.line([
                ("type", .string("session.go_away")), ("reason", .string("server_draining")),
                ("deadline_ms", .integer(milliseconds)),
            ])
        case .audio, .started, .clock: return ""
        }
    }

    private static func guess(_ text: String, _ at: Int64) -> String {
        JSONText.line([
            ("type", .string("session.input_transcript.guess")), ("text", .string(text)), ("at_ms", .integer(at)),
        ])
    }

    private static func latency(_ latency: TurnLatency, _ at: Int64) -> String {
        JSONText.line([
            ("type", .string("session.latency")), ("decided_ms", .integer(latency.decided)),
            ("recognised_ms", .integer(latency.recognised)), ("answered_ms", .integer(latency.answered)),
            ("heard_ms", .integer(latency.heard)), ("at_ms", .integer(at)),
        ])
    }

    private static func state(_ state: String, _ at: Int64) -> String {
        JSONText.line([("type", .string("session.state")), ("state", .string(state)), ("at_ms", .integer(at))])
    }

    static func decision(speaks: Bool, think: String?, say: String?, at: Int64) -> String {
        func piece(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }
        return JSONText.line([
            ("type", .string("session.decision")), ("at_ms", .integer(at)),
            ("action", .string(speaks ? "speak" : "listen")), ("hears", piece(think)), ("says", piece(say)),
        ])
    }

    static func flush(_ epoch: UInt8, at: Int64) -> String {
        JSONText.line([
            ("type", .string("session.flush")), ("epoch", .integer(Int64(epoch))), ("at_ms", .integer(at)),
        ])
    }

    static func clock(_ client: Double, _ server: Double, at: Int64) -> String {
        JSONText.line([
            ("type", .string("session.clock")), ("client_ms", .number(client)), ("server_ms", .number(server)),
            ("at_ms", .integer(at)),
        ])
    }

    static func started(
        _ id: String, _ model: String, _ slice: Int,
        _ audio: (input: AudioFormat, output: AudioFormat, framing: NumberedAudio.Framing), _ ticket: ResumeTicket?
    ) -> String {
        func format(_ f: AudioFormat) -> JSONText {
            .object([("type", .string(f.codec.rawValue)), ("rate", .integer(Int64(f.rate)))])
        }
        return JSONText.line([
            ("type", .string("session.started")),
            (
                "session",
                .object(
                    [
                        ("id", .string(id)), ("model", .string(model)), ("slice_ms", .integer(Int64(slice))),
                        ("audio", .object([("input", format(audio.input)), ("output", format(audio.output))])),
                        ("framing", .string(audio.framing.rawValue)),
                    ] + resume(ticket))
            ),
        ])
    }

    /// The settings that the text model follows. Tools are named alone.
    static func updated(_ setup: MindSetup) -> String {
        let choice: JSONText =
            switch setup.toolChoice {
            case .auto: .string("auto")
            case .none: .string("none")
            case .required: .string("required")
            case .function(let name): .object([("type", .string("function")), ("name", .string(name))])
            }
        return JSONText.line([
            ("type", .string("session.updated")),
            (
                "session",
                .object([
                    ("instructions", .string(setup.instructions)),
                    ("tools", .array(setup.tools.map { .string($0.name) })), ("tool_choice", choice),
                ])
            ),
        ])
    }

    static func resumed(_ id: String, _ ticket: ResumeTicket, at: Int64, replayed: Int) -> String {
        JSONText.line([
            ("type", .string("session.resumed")), ("session", .object([("id", .string(id))] + resume(ticket))),
            ("at_ms", .integer(at)), ("replayed", .integer(Int64(replayed))),
        ])
    }

    private static func resume(_ ticket: ResumeTicket?) -> [(String, JSONText)] {
        guard let ticket else { return [] }
        return [
            (
                "resume",
                .object([
                    ("token", .string(ticket.token)), ("seconds", .integer(Int64(ticket.seconds))),
                ])
            )
        ]
    }
}

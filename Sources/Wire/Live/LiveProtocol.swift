// OpenAI's Live protocol, /v1/live/sessions: full duplex, all JSON, audio in base64 (docs/protocols.md).

internal import Audio
internal import Basics

/// One client's state: waiting for `session.start`, or running.
final class LiveProtocol: WireProtocol {
    /// Code points in an event's text, as in OpenAI's reference. Longer texts are refused.
    private static let textMax = 4000
    /// Bytes of a session's settings as JSON. Unknown settings are kept and sent back too.
    private static let bytesMax = 64 << 10
    /// Seconds of audio in a message. Longer ones are refused.
    private static let audioSecondsMax = 30
    /// Interval between usage reports: 128 slices of 80 ms, a little over ten seconds.
    private static let usageMilliseconds: Int64 = 10_240

    private static let audio = AudioText(typeKey: "type", type: "session.input_audio.append", path: ["audio"])

    /// The events that have an effect.
    private static let types = [
        "session.start", "session.update", "session.input_audio.append", "session.input_audio.mute",
        "session.input_audio.unmute", "session.instructions.append", "session.thinking.append",
        "session.commentary.append", "response.item.create", "response.create", "session.close",
    ]

    /// The fields that are read. Ids are sent back.
    private static let shape = JSONShape.object([
        "type": .text(0...128), "event_id": JSONText.idShape, "content": .writing(textMax),
        "session": .object([
            "audio": .object(["format": .object(["type": .text(), "rate": .whole(0...1_000_000)])]),
            "delegation": .object(["type": .text(), "responses": backend]), "model": .text(), "instructions": .text(),
        ]),
        "delegation_id": JSONText.idShape,
        "item": .object(["type": .text(0...64), "role": .text(0...64), "call_id": .text(0...ToolFields.idBytesMax)]),
    ])
    private static let backend = JSONShape.object([
        "instructions": .text(), "tools": .list(ToolFields.toolShape), "tool_choice": ToolFields.choiceShape,
    ])

    private let clock: SliceClock
    private var input: AudioDecoder?
    /// Bytes of audio in a message: `audioSecondsMax` in the session's format.
    private var audioBytesMax = 0
    private var output: AudioEncoder?
    private var session = StoredFields()
    /// Whether a text model answers; what it was configured with, and the client's work for it.
    private(set) var hasMind = false
    var setup = MindSetup(), delegation = LiveDelegation()
    /// The session's instructions, and those that were appended.
    private(set) var instructions = ""
    var appended: [String] = []
    private var startEvent = JSONText.empty
    private var id = ""
    private var isMuted = false
    private var events = 0
    /// When the session ends, in seconds since 1970.
    private var expiry: Int64 = 0
    /// The session's length so far and that of a slice, in milliseconds.
    private var position: Int64 = 0
    private var slice: Int64 { Int64(clock.sliceMilliseconds) }

    init(_ clock: SliceClock) { self.clock = clock }

    // MARK: From the client

    func opened(_ request: UpgradeRequest) -> [ClientAction] {
        (expiry, hasMind) = (request.expiry, request.hasMind)
        return []
    }

    func received(text: String) -> [ClientAction] {
        let event: JSONText
        switch Self.audio.read(text) {
        case .audio(let bytes, let event):
            return receiveAudio(bytes, event ?? (try? JSONReader.object(text)) ?? .empty)
        case .event(let read): event = read
        case .invalid(let failure): return [.reply(error("invalid_json", failure.message))]
        }
        if let fault = Self.shape.fault(of: event) {
            return [.reply(error("invalid_value", fault.message, event, param: fault.param))]
        }
        let type = event["type"]?.text ?? ""
        if type == "session.start" { return start(event) }
        guard input != nil else { return [.reply(notStarted(event))] }
        switch type {
        case "session.input_audio.mute", "session.input_audio.unmute":
            isMuted = type.hasSuffix(".mute")
            return [.reply(message(isMuted ? "session.input_audio.muted" : "session.input_audio.unmuted", event))]
        case "session.update": return update(event)
        case "session.instructions.append", "session.thinking.append", "session.commentary.append":
            return context(event, type)
        case "session.close": return [.close]
        case "response.item.create" where hasMind: return createItem(event)
        case "response.create" where hasMind: return createResponse(event)
        case "response.create", "response.item.create", "decision.create", "decision.item.create",
            "decision.item.delete":
            return [.reply(undelegated(event))]
        default:
            return [.reply(error("unknown_event", EventTypes.unknown(type, Self.types), event, param: "type"))]
        }
    }

    func received(binary: [UInt8]) -> ClientAction? {
        let refusal = error("invalid_message", "Messages are JSON; audio is in session.input_audio.append.")
        return input == nil ? .fail([refusal, .close(code: 1008, reason: "invalid_message")]) : .reply(refusal)
    }

    func timedOut() -> [WireMessage] {
        [
            error("session_not_started", "No session.start came in time."),
            .close(code: 1008, reason: "session_not_started"),
        ]
    }

    func flooded() -> [WireMessage] {
        [
            error("rate_limit_exceeded", "Events came faster than the server takes them.", type: "rate_limit_error"),
            .close(code: 1008, reason: "rate_limit_exceeded"),
        ]
    }

    private func start(_ event: JSONText) -> [ClientAction] {
        guard input == nil else {
            return [.reply(error("session_already_started", "The session has started.", event))]
        }
        let asked = event["session"] ?? .empty, audio = asked["audio"] ?? .empty
        if let refusal = refuseMany(asked, event) { return refusal }
        guard let format = format(audio["format"]) else {
            let formats = "audio/pcm at 16000 or 24000 Hz, audio/pcmu and audio/pcma at 8000 Hz"
            return [
                .reply(error("unsupported_value", "Formats are \(formats).", event, param: "session.audio.format"))
            ]
        }
        var delegation = delegation
        if let refusal = refusal(of: asked["delegation"], &delegation, event) { return [.reply(refusal)] }
        guard let decoder = try? AudioDecoder(format, rate: clock.rate),
            let encoder = try? AudioEncoder(serving: format, rate: clock.rate)
        else {
            return [
                .reply(error("codec_failed", "The codec could not be opened.", event, type: "server_error"))
            ]
        }
        let settled = JSONText.object([
            ("type", .string(format.codec.rawValue)), ("rate", .integer(Int64(format.rate))),
        ])
        let rest = (audio.fields ?? []).filter { $0.0 != "format" }
        var merged = stored(asked, delegation)
        merged.set("audio", .object([("format", settled)] + rest))
        if let refusal = refuseLong(merged, event) { return refusal }
        (input, output) = (decoder, encoder)
        keep(asked, merged, delegation)
        startEvent = .object(event.eventID.map { [("event_id", $0)] } ?? [])
        audioBytesMax = Self.audioSecondsMax * format.rate * (format.codec == .pcm ? 2 : 1)
        return [.start(seed: 0)] + configure() + (hasMind ? Self.history(asked["input"]).map { .append($0) } : [])
    }

    /// Accepts settings.
    private func keep(_ asked: JSONText, _ merged: StoredFields, _ delegation: LiveDelegation) {
        (session, self.delegation) = (merged, delegation)
        if let given = asked.fields?.last(where: { $0.0 == "instructions" }) { instructions = given.1.text ?? "" }
    }

    /// The default format if there is none; nil for an unsupported one.
    private func format(_ value: JSONText?) -> AudioFormat? {
        guard let value else { return AudioFormat(codec: .pcm, rate: 24_000) }
        guard let codec = value["type"]?.text.flatMap({ AudioFormat.Codec(rawValue: $0) }), codec != .opus else {
            return nil
        }
        let rate = value["rate"]?.whole.map { Int($0) } ?? codec.rateDefault
        return codec != .pcm || [16_000, 24_000].contains(rate) ? AudioFormat(codec: codec, rate: rate) : nil
    }

    /// Merges the delegation that was asked for. Returns the error for an unsupported one, or for tools that are none.
    private func refusal(
        of asked: JSONText?, _ delegation: inout LiveDelegation, _ event: JSONText
    ) -> WireMessage? {
        guard let asked else { return nil }
        do { try delegation.merge(asked, hasMind: hasMind) } catch {
            let code = error.param.hasSuffix(".type") ? "unsupported_value" : "invalid_value"
            return self.error(code, error.message, event, param: error.param)
        }
        return nil
    }

    private func update(_ event: JSONText) -> [ClientAction] {
        guard let asked = event["session"] else {
            return [.reply(error("invalid_value", "session is missing.", event, param: "session"))]
        }
        if let refusal = refuseMany(asked, event) { return refusal }
        guard asked["audio"] == nil else {
            return [
                .reply(
                    error("immutable_value", "Audio cannot change in a session.", event, param: "session.audio"))
            ]
        }
        var delegation = delegation
        if let refusal = refusal(of: asked["delegation"], &delegation, event) { return [.reply(refusal)] }
        let merged = stored(asked, delegation)
        if let refusal = refuseLong(merged, event) { return refusal }
        keep(asked, merged, delegation)
        return configure() + [.reply(message("session.updated", event, [("session", resource)]))]
    }

    private func refuseMany(_ asked: JSONText, _ event: JSONText) -> [ClientAction]? {
        guard asked.fields?.count ?? 0 > StoredFields.countMax else { return nil }
        let most = "A session has up to \(StoredFields.countMax) settings."
        return [.reply(error("invalid_value", most, event, param: "session"))]
    }

    private func refuseLong(_ settings: StoredFields, _ event: JSONText) -> [ClientAction]? {
        guard settings.bytes > Self.bytesMax else { return nil }
        let most = "A session's settings are up to \(Self.bytesMax) bytes."
        return [.reply(error("invalid_value", most, event, param: "session"))]
    }

    /// Merges what was asked for into the settings. Audio, and the fields that the server sets, stay.
    private func stored(_ asked: JSONText, _ delegation: LiveDelegation) -> StoredFields {
        var merged = session
        for (name, value) in asked.fields ?? [] where !["id", "status", "expires_at", "audio"].contains(name) {
            merged.set(name, name == "delegation" ? delegation.described(value) : value)
        }
        return merged
    }

    func isAudio(text: String) -> Bool { Self.audio.isPlain(text) }

    /// `event` is read only to answer with an error.
    private func receiveAudio(_ bytes: [UInt8]?, _ event: @autoclosure () -> JSONText) -> [ClientAction] {
        guard let input else { return [.reply(notStarted(event()))] }
        if let bytes, bytes.count > audioBytesMax {
            input.skip(bytes.count)
            let most = "audio is up to \(Self.audioSecondsMax) s long."
            return [.refuse(error("invalid_audio", most, event(), param: "audio"))]
        }
        guard let bytes, let samples = input.decode(bytes) else {
            let event = event()
            let message = Self.audio.fault(of: event)?.message ?? "audio is not base64 of the session's format."
            return [.refuse(error("invalid_audio", message, event, param: "audio"))]
        }
        return samples.isEmpty ? [] : [.audio(isMuted ? Array(repeating: 0, count: samples.count) : samples)]
    }

    func dropped(_ message: WireMessage) {
        if case .text(let text) = message { input?.skip(Self.audio.size(text)) }
    }

    private func notStarted(_ event: JSONText) -> WireMessage {
        error("session_not_started", "The first event must be session.start.", event)
    }

    /// Appended instructions, thinking or commentary.
    private func context(_ event: JSONText, _ type: String) -> [ClientAction] {
        guard let content = event["content"]?.text else {
            return [.reply(error("invalid_value", "content is missing.", event, param: "content"))]
        }
        let span: [(String, JSONText)] = [("start_ms", .integer(position)), ("end_ms", .integer(position + slice))]
        let reply = ClientAction.reply(message(type + "ed", event, span))
        if hasMind { return refuseInstructions(content, type, event) ?? tellMind(event, type, content) + [reply] }
        if type == "session.commentary.append" { return [.say(content), reply] }
        return [reply, .reply(info("not_followed", "\(type): this model follows no written instructions.", event))]
    }

    // MARK: To the client

    func encode(_ event: ServerEvent, into messages: inout [WireMessage]) {
        switch event {
        case .audio(let samples):
            finishResponse(into: &messages)
            speak(samples, into: &messages)
        case .call(let call, let at): called(call, at: at, into: &messages)
        case .info(ServerEvent.mindFailed, let text, _):
            messages.append(error(ServerEvent.mindFailed, text, type: "server_error"))
        case .started(let id, let model):
            self.id = id
            if session["model"] == nil { session.set("model", .string(model)) }
            messages.append(message("session.started", startEvent, [("session", resource)]))
        case .userText(let text, let start, let end):
            messages.append(transcript("session.input_transcript.delta", text, start, end))
        case .assistantText(let text, let start, let end):
            messages.append(transcript("session.output_transcript.delta", text, start, end))
        case .info(let code, let text, let milliseconds):
            // The session's time went on during the overload.
            if code == ServerEvent.overload { position += milliseconds }
            messages.append(info(code, text, .empty))
        case .closed(let reason, let seconds):
            let known = ["close_requested", "expired", "content", "remote_hangup", "connection_lost"]
            messages.append(
                message(
                    "session.closed", .empty,
                    [
                        ("reason", .string(known.contains(reason) ? reason : "remote_hangup")), ("session", resource),
                        ("usage", .object([("seconds", .number(seconds))])),
                    ]))
        case .goingAway(let milliseconds):
            messages.append(info("server_draining", "The session ends in \(milliseconds / 1000) s.", .empty))
        case .userGuess, .latency, .userDone, .assistantDone, .speaking, .listening, .interrupted, .clock: break
        }
    }

    private func speak(_ samples: [Float], into messages: inout [WireMessage]) {
        // An encoder that fails sends nothing: the slice is lost, the session goes on.
        try? output?.encode(samples) { bytes in
            messages.append(
                .text("{\"type\":\"session.output_audio.delta\",\"delta\":\"\(Base64.encode(bytes))\"}"))
        }
        position += slice
        guard position % Self.usageMilliseconds < slice else { return }
        messages.append(
            message(
                "session.usage.updated", .empty,
                [("usage", .object([("seconds", .number(Double(position) / 1000))]))]))
    }

    private func transcript(_ type: String, _ text: String, _ start: Int64, _ end: Int64) -> WireMessage {
        message(
            type, .empty, [("delta", .string(text)), ("start_ms", .integer(start)), ("end_ms", .integer(end))])
    }

    /// The session object: what the client asked for, and what the server set.
    private var resource: JSONText {
        let own: [(String, JSONText)] = [
            ("id", .string("live_" + id)), ("status", .string("active")), ("expires_at", .integer(expiry)),
        ]
        return .object(own + session.fields)
    }

    // MARK: Messages

    func message(_ type: String, _ cause: JSONText, _ fields: [(String, JSONText)] = []) -> WireMessage {
        events += 1
        var all: [(String, JSONText)] = [("type", .string(type)), ("event_id", .string("event_\(events)"))]
        if let client = cause.eventID { all.append(("client_event_id", client)) }
        return .text(JSONText.line(all + fields))
    }

    private func info(_ code: String, _ text: String, _ cause: JSONText) -> WireMessage {
        message("info", cause, [("code", .string(code)), ("message", .string(text))])
    }

    func error(
        _ code: String, _ text: String, _ cause: JSONText = .empty, param: String? = nil,
        type: String = "invalid_request_error"
    ) -> WireMessage {
        var fields: [(String, JSONText)] = [
            ("type", .string(type)), ("code", .string(code)), ("message", .string(text)),
        ]
        if let param { fields.append(("param", .string(param))) }
        if let client = cause.eventID { fields.append(("client_event_id", client)) }
        return message("error", cause, [("error", .object(fields))])
    }
}

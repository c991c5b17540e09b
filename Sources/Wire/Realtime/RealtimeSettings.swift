// What a Realtime session is set to: OpenAI's session object, merged, checked and written in either dialect.

internal import Foundation

/// The names of today's Realtime interface, or of its beta.
enum RealtimeDialect { case current, beta }

/// A session's settings (OpenAI Realtime reference, `session`).
struct RealtimeSettings {
    /// Why an update is refused.
    struct Refusal: Error {
        let param: String
        let message: String
    }

    /// The settings' length as JSON. What is unknown is kept too, and sent back.
    private static let bytesMax = 64 << 10

    /// The session object in today's names, as the client sees it.
    private(set) var fields: [String: Any]
    private(set) var input = AudioFormat.wide
    private(set) var output = AudioFormat.wide

    init(model: String) {
        fields = [
            "type": "realtime", "model": model, "output_modalities": ["audio"], "instructions": "", "tools": [Any](),
            "tool_choice": "auto", "max_output_tokens": "inf", "tracing": NSNull(), "prompt": NSNull(),
            "include": NSNull(), "truncation": "auto",
            "audio": [
                "input": [
                    "format": ["type": "audio/pcm", "rate": 24_000] as [String: Any], "transcription": NSNull(),
                    "noise_reduction": NSNull(), "turn_detection": Self.turnDetection,
                ] as [String: Any],
                "output": [
                    "format": ["type": "audio/pcm", "rate": 24_000] as [String: Any], "voice": "marin", "speed": 1.0,
                ] as [String: Any],
            ],
        ]
    }

    private static var turnDetection: [String: Any] {
        [
            "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 500,
            "idle_timeout_ms": NSNull(), "create_response": true, "interrupt_response": true,
        ]
    }

    // MARK: What they mean

    var model: String { fields["model"] as? String ?? "" }
    /// Nil is push to talk: the client says when the user's turn is over.
    var turnDetection: [String: Any]? { inputFields["turn_detection"] as? [String: Any] }
    var createsResponses: Bool { !transcribesOnly && flag("create_response") }
    var interruptsResponses: Bool { turnDetection == nil || flag("interrupt_response") }
    /// At most ten seconds, whatever the client wrote.
    var prefixMilliseconds: Int64 {
        min(max((turnDetection?["prefix_padding_ms"] as? NSNumber)?.int64Value ?? 300, 0), 10_000)
    }
    var transcribes: Bool { transcribesOnly || inputFields["transcription"] is [String: Any] }
    var transcribesOnly: Bool { fields["type"] as? String == "transcription" }
    var speaks: Bool { Self.speaks(fields["output_modalities"]) ?? true }

    /// Whether a list of modalities has audio. Nil where there is none.
    static func speaks(_ modalities: Any?) -> Bool? { (modalities as? [String]).map { $0.contains("audio") } }

    private func flag(_ name: String) -> Bool {
        guard let turnDetection else { return false }
        return (turnDetection[name] as? NSNumber)?.boolValue ?? true
    }

    private var audio: [String: Any] { fields["audio"] as? [String: Any] ?? [:] }
    private var inputFields: [String: Any] { audio["input"] as? [String: Any] ?? [:] }
    private var outputFields: [String: Any] { audio["output"] as? [String: Any] ?? [:] }

    // MARK: Updating

    /// Merges what `update` names; null clears. With `anyRate` PCM may come at 16 kHz too. Nothing changes where it throws.
    mutating func merge(_ update: [String: Any], anyRate: Bool = false) throws(Refusal) {
        let update = Self.current(update)
        if let type = update["type"] as? String, type != "realtime", type != "transcription" {
            throw Refusal(param: "session.type", message: "Sessions are of type realtime or transcription.")
        }
        var merged = self
        merged.fields = Self.merge(fields, update)
        if merged.transcribesOnly { merged.fields["output_modalities"] = nil }
        merged.input = try Self.format(merged.inputFields["format"], "session.audio.input.format", anyRate: anyRate)
        merged.output = try Self.format(merged.outputFields["format"], "session.audio.output.format")
        if let detection = merged.turnDetection {
            guard let type = detection["type"] as? String, ["server_vad", "semantic_vad"].contains(type) else {
                throw Refusal(
                    param: "session.audio.input.turn_detection.type",
                    message: "Turn detection is server_vad, semantic_vad or null.")
            }
            merged.complete(type)
        }
        guard JSONText(merged.fields).description.utf8.count <= Self.bytesMax else {
            throw Refusal(param: "session", message: "A session's settings are up to \(Self.bytesMax) bytes of JSON.")
        }
        self = merged
    }

    /// The standard values of a turn detection's fields. Fields of the other kind go.
    private mutating func complete(_ type: String) {
        let own =
            type == "server_vad"
            ? Self.turnDetection : ["eagerness": "auto", "create_response": true, "interrupt_response": true]
        var detection = turnDetection ?? [:]
        detection = detection.filter { own[$0.key] != nil || $0.key == "type" }
        detection.merge(own) { old, _ in old }
        detection["type"] = type
        var audio = audio, input = inputFields
        input["turn_detection"] = detection
        audio["input"] = input
        fields["audio"] = audio
    }

    /// What describes the audio is merged field by field; a format, or a way of detecting turns, is replaced whole.
    private static func merge(_ old: [String: Any], _ new: [String: Any]) -> [String: Any] {
        var merged = old
        for (key, value) in new {
            if ["audio", "input", "output"].contains(key), let value = value as? [String: Any] {
                merged[key] = merge(old[key] as? [String: Any] ?? [:], value)
            } else {
                merged[key] = value
            }
        }
        return merged
    }

    /// PCM has one rate here, and none is legal.
    private static func format(_ value: Any?, _ param: String, anyRate: Bool = false) throws(Refusal) -> AudioFormat {
        guard let fields = value as? [String: Any], let type = fields["type"] as? String,
            let format = [AudioFormat.wide, .telephone, .telephoneA].first(where: { $0.codec.rawValue == type })
        else { throw Refusal(param: param, message: "Formats are audio/pcm at 24000 Hz, audio/pcmu and audio/pcma.") }
        let rate = (fields["rate"] as? NSNumber)?.intValue ?? format.rate
        if anyRate, format.codec == .pcm, rate == 16_000, let narrow = AudioFormat(codec: .pcm, rate: rate) {
            return narrow
        }
        guard rate == format.rate else {
            throw Refusal(param: param + ".rate", message: "The rate of \(type) is \(format.rate).")
        }
        return format
    }

    // MARK: The beta's names

    private static let betaFormats = [
        ("pcm16", "audio/pcm"), ("g711_ulaw", "audio/pcmu"), ("g711_alaw", "audio/pcma"),
    ]

    /// Takes the beta's flat names as well as today's.
    private static func current(_ update: [String: Any]) -> [String: Any] {
        var update = update
        var input: [String: Any] = [:], output: [String: Any] = [:]
        func move(_ name: String, to target: inout [String: Any], as key: String) {
            guard let value = update.removeValue(forKey: name) else { return }
            let named = (value as? String).flatMap { text in betaFormats.first { $0.0 == text } }
            target[key] = named.map { ["type": $0.1] } ?? value
        }
        move("input_audio_format", to: &input, as: "format")
        move("input_audio_transcription", to: &input, as: "transcription")
        move("input_audio_noise_reduction", to: &input, as: "noise_reduction")
        move("turn_detection", to: &input, as: "turn_detection")
        move("output_audio_format", to: &output, as: "format")
        move("voice", to: &output, as: "voice")
        move("speed", to: &output, as: "speed")
        if let modalities = update.removeValue(forKey: "modalities") as? [String] {
            update["output_modalities"] = modalities.contains("audio") ? ["audio"] : ["text"]
        }
        if let most = update.removeValue(forKey: "max_response_output_tokens") { update["max_output_tokens"] = most }
        let audio: [String: Any] = ["input": input, "output": output].filter { !$0.value.isEmpty }
        return audio.isEmpty ? update : merge(["audio": audio], update)
    }

    // MARK: Writing

    /// The session object that a client is sent. `expires` in seconds since 1970.
    func described(id: String, expires: Int64, in dialect: RealtimeDialect) -> JSONText {
        var all: [(String, JSONText)] = [("id", .string(id)), ("object", .string("realtime.session"))]
        let fields = dialect == .current ? withRates : flat
        for key in fields.keys.sorted() where key != "id" && key != "object" && key != "expires_at" {
            all.append((key, JSONText(fields[key]!)))
        }
        return .object(all + [("expires_at", .integer(expires))])
    }

    /// Formats as the SDKs' types have them: PCM with its rate, G.711 without.
    private var withRates: [String: Any] {
        var all = fields, audio = audio
        audio["input"] = inputFields.merging(["format": Self.object(input)]) { $1 }
        if transcribesOnly {
            audio["output"] = nil
            all = all.filter { ["type", "include"].contains($0.key) }
        } else {
            audio["output"] = outputFields.merging(["format": Self.object(output)]) { $1 }
        }
        all["audio"] = audio
        return all
    }

    private static func object(_ format: AudioFormat) -> [String: Any] {
        format.codec == .pcm ? ["type": "audio/pcm", "rate": format.rate] : ["type": format.codec.rawValue]
    }

    private var flat: [String: Any] {
        [
            "model": model, "modalities": speaks ? ["audio", "text"] : ["text"],
            "instructions": fields["instructions"] ?? "", "voice": outputFields["voice"] ?? "marin",
            "input_audio_format": Self.betaName(input), "output_audio_format": Self.betaName(output),
            "input_audio_transcription": inputFields["transcription"] ?? NSNull(),
            "input_audio_noise_reduction": inputFields["noise_reduction"] ?? NSNull(),
            "turn_detection": inputFields["turn_detection"] ?? NSNull(), "tools": fields["tools"] ?? [Any](),
            "tool_choice": fields["tool_choice"] ?? "auto", "temperature": fields["temperature"] ?? 0.8,
            "max_response_output_tokens": fields["max_output_tokens"] ?? "inf", "speed": outputFields["speed"] ?? 1.0,
            "tracing": fields["tracing"] ?? NSNull(),
        ]
    }

    /// A response's audio, in today's names.
    var responseAudio: JSONText {
        JSONText(["output": ["format": Self.object(output), "voice": outputFields["voice"] ?? "marin"]])
    }

    var voice: String { outputFields["voice"] as? String ?? "marin" }

    static func betaName(_ format: AudioFormat) -> String {
        betaFormats.first { $0.1 == format.codec.rawValue }?.0 ?? "pcm16"
    }
}

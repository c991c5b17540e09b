// A Realtime session's settings: OpenAI's session object, kept to be sent back, and the parts that have an effect here.

internal import Audio
internal import Basics

/// The names of the current Realtime interface, or of its beta.
enum RealtimeDialect { case current, beta }

/// A session's settings (OpenAI Realtime reference, `session`).
struct RealtimeSettings {
    /// Bytes of the settings as JSON. Unknown settings are kept and sent back too.
    private static let bytesMax = 64 << 10

    /// The effect of a way to detect turns.
    struct TurnDetection {
        let createsResponses, interruptsResponses: Bool
        /// At most ten seconds, whatever the client sets.
        let prefixMilliseconds: Int64
    }

    /// Everything but the audio, in current names.
    private var session: StoredFields
    /// Settings of the user's and the assistant's audio, without the formats.
    private var inputFields, outputFields: StoredFields
    private(set) var model: String
    private(set) var input = AudioFormat.pcm24
    private(set) var output = AudioFormat.pcm24
    /// Nil is push to talk: the client says when the user's turn is over.
    private(set) var turnDetection: TurnDetection?
    private(set) var transcribesOnly = false
    private(set) var speaks = true
    /// Instructions and tools, for the mind.
    private(set) var setup = MindSetup()
    private var hasTranscription = false

    init(model: String) {
        self.model = model
        session = StoredFields([
            ("type", .string("realtime")), ("model", .string(model)),
            ("output_modalities", .array([.string("audio")])), ("instructions", .string("")), ("tools", .array([])),
            ("tool_choice", .string("auto")), ("max_output_tokens", .string("inf")), ("tracing", .null),
            ("prompt", .null), ("include", .null), ("truncation", .string("auto")),
        ])
        inputFields = StoredFields([("transcription", .null), ("noise_reduction", .null)])
        outputFields = StoredFields([("voice", .string("marin")), ("speed", .exact(1))])
        detect(.object([("type", .string("server_vad"))]))
    }

    // MARK: Effects

    var createsResponses: Bool { !transcribesOnly && turnDetection?.createsResponses == true }
    var interruptsResponses: Bool { turnDetection?.interruptsResponses ?? true }
    var prefixMilliseconds: Int64 { turnDetection?.prefixMilliseconds ?? 300 }
    var transcribes: Bool { transcribesOnly || hasTranscription }

    /// Whether a list of modalities includes audio. Nil without a list.
    static func speaks(_ modalities: JSONText?) -> Bool? { modalities?.list.map { $0.contains { $0.text == "audio" } } }

    // MARK: Updating

    /// Merges `update`, whose shape was checked; null clears. With `anyRate`, PCM may come at 16 kHz too. When it throws,
    /// nothing has changed.
    mutating func merge(_ update: JSONText, anyRate: Bool = false) throws(FieldError) {
        let count = [update, update["audio"]?["input"], update["audio"]?["output"]].compactMap { $0?.fields?.count }
            .max()
        guard count ?? 0 <= StoredFields.countMax else {
            throw FieldError("session", .value, "an object of up to \(StoredFields.countMax) fields")
        }
        var merged = self
        for (name, value) in update.fields ?? [] { try merged.take(name, value, anyRate: anyRate) }
        try ToolFields.merge(update, into: &merged.setup, "session")
        guard merged.session.bytes + merged.inputFields.bytes + merged.outputFields.bytes <= Self.bytesMax else {
            throw FieldError("session", .value, "up to \(Self.bytesMax) bytes of JSON")
        }
        self = merged
    }

    private mutating func take(_ name: String, _ value: JSONText, anyRate: Bool) throws(FieldError) {
        switch name {
        // The server sets these.
        case "id", "object", "expires_at": break
        case "audio":
            for (name, value) in value["input"]?.fields ?? [] {
                try setInput(name, value, "session.audio.input." + name, anyRate: anyRate)
            }
            for (name, value) in value["output"]?.fields ?? [] {
                try setOutput(name, value, "session.audio.output." + name)
            }
        case "type":
            guard let type = value.text else { break }
            transcribesOnly = type == "transcription"
            session.set(name, value)
        case "model": setModel(value.text ?? model)
        case "modalities", "output_modalities": setModalities(value, isBeta: name == "modalities")
        case "max_response_output_tokens": session.set("max_output_tokens", value)
        case "turn_detection": try setInput(name, value, "session." + name)
        case "voice", "speed": try setOutput(name, value, "session." + name)
        case "output_audio_format": try setOutput("format", value, "session." + name)
        case let name where name.hasPrefix("input_audio_"):
            try setInput(String(name.dropFirst(12)), value, "session." + name, anyRate: anyRate)
        default: session.set(name, value)
        }
    }

    mutating func setModel(_ name: String) {
        model = name
        session.set("model", .string(name))
    }

    private mutating func setModalities(_ value: JSONText, isBeta: Bool) {
        speaks = Self.speaks(value) ?? true
        session.set("output_modalities", isBeta || value.isNull ? .array([.string(speaks ? "audio" : "text")]) : value)
    }

    /// Sets a field of the user's audio. A format, or a way to detect turns, is replaced as a whole.
    private mutating func setInput(
        _ name: String, _ value: JSONText, _ param: String, anyRate: Bool = false
    ) throws(FieldError) {
        switch name {
        case "format": input = try Self.format(value, param, anyRate: anyRate) ?? input
        case "turn_detection":
            guard value.isNull || value["type"] != nil else {
                throw FieldError(param + ".type", .value, "server_vad or semantic_vad")
            }
            detect(value)
        case "transcription":
            hasTranscription = !value.isNull
            inputFields.set(name, value)
        default: inputFields.set(name, value)
        }
    }

    private mutating func setOutput(_ name: String, _ value: JSONText, _ param: String) throws(FieldError) {
        if name == "format" {
            output = try Self.format(value, param) ?? output
        } else {
            outputFields.set(name, value)
        }
    }

    /// Fields that are not named take their default. Fields of the other way are dropped.
    private mutating func detect(_ asked: JSONText) {
        guard asked.fields != nil else {
            turnDetection = nil
            return inputFields.set("turn_detection", .null)
        }
        let own = asked["type"]?.text == "semantic_vad" ? Self.semantic : Self.serverVAD
        let fields = own.map { name, standard in (name, asked[name] ?? standard) }
        inputFields.set("turn_detection", .object([("type", asked["type"] ?? .null)] + fields))
        turnDetection = TurnDetection(
            createsResponses: asked["create_response"]?.flag ?? true,
            interruptsResponses: asked["interrupt_response"]?.flag ?? true,
            prefixMilliseconds: min(asked["prefix_padding_ms"]?.whole ?? 300, 10_000))
    }

    private static let serverVAD: [(String, JSONText)] = [
        ("threshold", .exact(0.5)), ("prefix_padding_ms", .integer(300)), ("silence_duration_ms", .integer(500)),
        ("idle_timeout_ms", .null), ("create_response", .bool(true)), ("interrupt_response", .bool(true)),
    ]
    private static let semantic: [(String, JSONText)] = [
        ("eagerness", .string("auto")), ("create_response", .bool(true)), ("interrupt_response", .bool(true)),
    ]

    /// PCM has one rate here, and the rate may be left out. Nil for null.
    private static func format(_ value: JSONText, _ param: String, anyRate: Bool = false) throws(FieldError)
        -> AudioFormat?
    {
        if value.isNull { return nil }
        let name = value.text.flatMap { beta in betaFormats.first { $0.0 == beta }?.1 } ?? value["type"]?.text
        guard let format = [AudioFormat.pcm24, .telephone, .telephoneA].first(where: { $0.codec.rawValue == name })
        else { throw FieldError(param, .value, "audio/pcm at 24000 Hz, audio/pcmu or audio/pcma") }
        let rate = value["rate"]?.whole.map { Int($0) } ?? format.rate
        if anyRate, format.codec == .pcm, rate == 16_000, let narrow = AudioFormat(codec: .pcm, rate: rate) {
            return narrow
        }
        guard rate == format.rate else { throw FieldError(param + ".rate", .value, "\(format.rate)") }
        return format
    }

    // MARK: Writing

    /// The session object for the client. `expires` is in seconds since 1970.
    func described(id: String, expires: Int64, in dialect: RealtimeDialect) -> JSONText {
        let own: [(String, JSONText)] = [("id", .string(id)), ("object", .string("realtime.session"))]
        return .object(own + (dialect == .current ? current : flat) + [("expires_at", .integer(expires))])
    }

    /// Formats as in the SDKs' types: PCM with its rate, G.711 without.
    private var current: [(String, JSONText)] {
        let input = JSONText.object([("format", Self.object(input))] + inputFields.fields)
        guard !transcribesOnly else {
            return session.fields.filter { ["type", "include"].contains($0.0) }
                + [("audio", .object([("input", input)]))]
        }
        let output = JSONText.object([("format", Self.object(output))] + outputFields.fields)
        return session.fields + [("audio", .object([("input", input), ("output", output)]))]
    }

    private static func object(_ format: AudioFormat) -> JSONText {
        let type = ("type", JSONText.string(format.codec.rawValue))
        return .object(format.codec == .pcm ? [type, ("rate", .integer(Int64(format.rate)))] : [type])
    }

    private static let betaFormats = [
        ("pcm16", "audio/pcm"), ("g711_ulaw", "audio/pcmu"), ("g711_alaw", "audio/pcma"),
    ]

    static func betaName(_ format: AudioFormat) -> String {
        betaFormats.first { $0.1 == format.codec.rawValue }?.0 ?? "pcm16"
    }

    private var flat: [(String, JSONText)] {
        let modalities = (speaks ? ["audio", "text"] : ["text"]).map { JSONText.string($0) }
        return [
            ("model", .string(model)), ("modalities", .array(modalities)),
            ("instructions", session["instructions"] ?? .string("")), ("voice", voice),
            ("input_audio_format", .string(Self.betaName(input))),
            ("output_audio_format", .string(Self.betaName(output))),
            ("input_audio_transcription", inputFields["transcription"] ?? .null),
            ("input_audio_noise_reduction", inputFields["noise_reduction"] ?? .null),
            ("turn_detection", inputFields["turn_detection"] ?? .null), ("tools", session["tools"] ?? .array([])),
            ("tool_choice", session["tool_choice"] ?? .string("auto")),
            ("temperature", session["temperature"] ?? .exact(0.8)),
            ("max_response_output_tokens", session["max_output_tokens"] ?? .string("inf")),
            ("speed", outputFields["speed"] ?? .exact(1)), ("tracing", session["tracing"] ?? .null),
        ]
    }

    /// A response's audio, in current names.
    var responseAudio: JSONText {
        .object([("output", .object([("format", Self.object(output)), ("voice", voice)]))])
    }

    var voice: JSONText { outputFields["voice"] ?? .string("marin") }
}

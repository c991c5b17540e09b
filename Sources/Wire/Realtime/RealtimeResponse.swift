// One response of a Realtime session: what it has said, and the objects that describe it.

internal import Audio

/// An answer, from `response.created` to `response.done`.
struct RealtimeResponse {
    enum Stage {
        /// The client asked for it and nothing has been said. It must begin within `patience` slices.
        case awaited(patience: Int)
        case answering(sounds: Bool)
        /// It has called tools, and says nothing: it ends with the present slice.
        case calling
        /// All of its words are out, and it still sounds.
        case said
        /// It ends with the present slice.
        case ending(Status, reason: String?)
    }

    enum Status: String { case inProgress = "in_progress", completed, cancelled, incomplete, failed }

    let id: String
    /// Id of the message that holds the answer.
    let itemID: String
    /// Text only, without audio.
    let isText: Bool
    /// Its answer does not become an item of the conversation.
    var isAside = false
    /// The client's metadata, sent back.
    var metadata: JSONText = .null
    /// Its message has been announced, as the item in this place.
    var hasItem = false
    private(set) var place = 0
    /// Its calls of tools, each with the place of its item.
    private(set) var calls: [(item: RealtimeItem, place: Int)] = []
    /// There is no answer, for this reason.
    var failure: String?
    var stage = Stage.awaited(patience: 0)
    /// Slices of audio, and pieces of text with their position in it, in milliseconds.
    var slices = 0
    var pieces: [(text: String, at: Int64)] = []
    /// The client cut it here, in milliseconds: it was not played beyond.
    var cut: Int64?
    /// Slices heard since the previous response.
    var inputSlices = 0

    init(id: String, itemID: String, isText: Bool) {
        (self.id, self.itemID, self.isText) = (id, itemID, isText)
    }

    /// How it will end, with the present slice; nil if it goes on.
    var ending: (status: Status, reason: String?)? {
        if case .ending(let status, let reason) = stage { (status, reason) } else { nil }
    }

    private var itemCount: Int { calls.count + (hasItem ? 1 : 0) }

    /// The message begins.
    mutating func begin(sounds: Bool) { (place, hasItem, stage) = (itemCount, true, .answering(sounds: sounds)) }

    mutating func call(_ item: RealtimeItem) {
        calls.append((item, itemCount))
        if case .awaited = stage { stage = .calling }
    }

    var transcript: String { pieces.map(\.text).joined().drop { $0 == " " }.description }

    func item(_ status: RealtimeItem.Status) -> RealtimeItem {
        var item = RealtimeItem(id: itemID, role: "assistant", status: status)
        (item.pieces, item.isText, item.slices) = (pieces, isText, slices)
        if let cut { item.truncate(at: cut) }
        return item
    }

    /// The content part; empty at the beginning.
    func part(isEmpty: Bool) -> JSONText {
        .object([
            ("type", .string(isText ? "text" : "audio")),
            (isText ? "text" : "transcript", .string(isEmpty ? "" : transcript)),
        ])
    }

    /// The fields that begin every event about its content.
    var content: [(String, JSONText)] {
        [
            ("response_id", .string(id)), ("item_id", .string(itemID)), ("output_index", .integer(Int64(place))),
            ("content_index", .integer(0)),
        ]
    }

    /// The response object.
    func described(_ settings: RealtimeSettings, in dialect: RealtimeDialect) -> JSONText {
        let status = ending?.status ?? .inProgress,
            output = ending == nil ? [] : items.map { $0.described(in: dialect) }
        var fields: [(String, JSONText)] = [
            ("object", .string("realtime.response")), ("id", .string(id)), ("status", .string(status.rawValue)),
            ("status_details", details), ("output", .array(output)),
            ("conversation_id", isAside ? .null : .string("conv_1")), ("metadata", metadata),
            ("usage", ending == nil ? .null : usage),
        ]
        let modalities: [JSONText]
        if dialect == .current {
            modalities = [.string(isText ? "text" : "audio")]
            fields += [
                ("output_modalities", .array(modalities)), ("max_output_tokens", .string("inf")),
                ("audio", settings.responseAudio),
            ]
        } else {
            modalities = isText ? [.string("text")] : [.string("audio"), .string("text")]
            fields += [
                ("modalities", .array(modalities)), ("max_output_tokens", .string("inf")),
                ("voice", settings.voice),
                ("output_audio_format", .string(RealtimeSettings.betaName(settings.output))),
            ]
        }
        return .object(fields)
    }

    /// All of its items, in their order.
    private var items: [RealtimeItem] {
        var items = calls.map(\.item)
        if hasItem { items.insert(item(ending?.status == .completed ? .completed : .incomplete), at: place) }
        return items
    }

    private var details: JSONText {
        guard let ending, ending.status != .completed else { return .null }
        var fields: [(String, JSONText)] = [("type", .string(ending.status.rawValue))]
        if let reason = ending.reason { fields.append(("reason", .string(reason))) }
        if ending.status == .failed, let failure {
            let error: [(String, JSONText)] = [
                ("type", .string("server_error")), ("code", .string(ServerEvent.mindFailed)),
                ("message", .string(failure)),
            ]
            fields.append(("error", .object(error)))
        }
        return .object(fields)
    }

    /// Counts a slice of audio, or a piece of text, as one token.
    private var usage: JSONText {
        func count(_ value: Int) -> JSONText { .integer(Int64(value)) }
        let spoken = isText ? 0 : slices
        return .object([
            ("total_tokens", count(inputSlices + spoken + pieces.count)), ("input_tokens", count(inputSlices)),
            ("output_tokens", count(spoken + pieces.count)),
            (
                "input_token_details",
                .object([("text_tokens", count(0)), ("audio_tokens", count(inputSlices)), ("cached_tokens", count(0))])
            ),
            (
                "output_token_details",
                .object([("text_tokens", count(pieces.count)), ("audio_tokens", count(spoken))])
            ),
        ])
    }
}

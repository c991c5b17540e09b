// The items of a Realtime conversation: what was said and typed, in order.

internal import Basics

/// A message, a function call or its output.
struct RealtimeItem {
    enum Status: String { case inProgress = "in_progress", completed, incomplete }

    let id: String
    /// Nil for an item that is not a message.
    var role: String?
    var status = Status.completed
    /// The item's other fields as the client sent them: a typed message's content, a function's name. Kept as written JSON.
    private(set) var written: [(String, JSONText)] = []
    /// The typed words in its text content.
    private(set) var text = ""
    /// What was heard or said, each piece with its position in the item's audio, in milliseconds. Nil for typed items.
    var pieces: [(text: String, at: Int64)]?
    /// Slices of an answer's audio that were sent.
    var slices = 0
    /// Whether an answer is text only.
    var isText = false
    /// Size of `written` as JSON.
    var bytes = 0
    /// Typed, and not yet used by a response.
    var isUntold = false
    /// The mind's call that the item is.
    private(set) var call: ToolCall?
    /// Type and call id of a client's item that is not a message.
    private var sent: (type: String, callID: String)?

    var transcript: String? { pieces.map { $0.map(\.text).joined().drop { $0 == " " }.description } }

    /// Drops the pieces that begin at `milliseconds` of its audio or later.
    mutating func truncate(at milliseconds: Int64) { pieces?.removeAll { $0.at >= milliseconds } }

    init(id: String, role: String? = nil, status: Status = .completed) {
        (self.id, self.role, self.status) = (id, role, status)
    }

    /// A call of the mind.
    init(id: String, call: ToolCall) {
        (self.id, role, self.call) = (id, nil, call)
        bytes = call.id.utf8.count + call.name.utf8.count + call.arguments.utf8.count
    }

    /// An item that a client sent. Its audio is not kept.
    init(id: String, written item: JSONText) {
        let isMessage = item["type"]?.text == "message"
        (self.id, role) = (id, isMessage ? item["role"]?.text : nil)
        (text, isUntold) = (Self.text(of: item), isMessage)
        if !isMessage, let id = item["call_id"]?.text { sent = (item["type"]?.text ?? "", id) }
        for (name, value) in item.fields ?? [] where !["id", "object", "status"].contains(name) {
            let kept = isMessage && name == "content" ? Self.withoutAudio(value) : value
            written.append((name, kept.once))
        }
        bytes = written.reduce(0) { $0 + $1.0.utf8.count + $1.1.writtenBytes }
    }

    /// The message as the mind reads it. Nil for an item without text.
    var message: MindMessage? {
        guard !text.isEmpty else { return nil }
        switch role {
        case "user": return .user(text)
        case "assistant": return .assistant(text)
        case "system", "developer": return .system(text)
        default: return nil
        }
    }

    /// The id of the call that the item is, or whose output it is; `type` is one of the two.
    func callID(_ type: String) -> String? {
        if let call { return type == "function_call" ? call.id : nil }
        return sent?.type == type ? sent?.callID : nil
    }

    /// The text in an item's content.
    static func text(of item: JSONText) -> String {
        (item["content"]?.list ?? []).compactMap { $0["text"]?.text }.joined(separator: " ")
    }

    /// The base64 in an item's content.
    static func audio(of item: JSONText) -> [String] { (item["content"]?.list ?? []).compactMap { $0["audio"]?.text } }

    private static func withoutAudio(_ content: JSONText) -> JSONText {
        .array((content.list ?? []).map { .object(($0.fields ?? []).filter { $0.0 != "audio" }) })
    }

    /// The item object. `transcribes` says whether it includes a user's transcript.
    func described(in dialect: RealtimeDialect, transcribes: Bool = true) -> JSONText {
        var fields: [(String, JSONText)] = [("id", .string(id)), ("object", .string("realtime.item"))]
        if let call { return .object(fields + Self.fields(of: call, status)) }
        guard let role, pieces != nil else {
            return .object(fields + written + [("status", .string(status.rawValue))])
        }
        fields += [
            ("type", .string("message")), ("role", .string(role)), ("status", .string(status.rawValue)),
        ]
        return .object(fields + [("content", .array(heard(role, dialect, transcribes)))])
    }

    /// The arguments are there once the item is complete.
    private static func fields(of call: ToolCall, _ status: Status) -> [(String, JSONText)] {
        [
            ("type", .string("function_call")), ("status", .string(status.rawValue)), ("call_id", .string(call.id)),
            ("name", .string(call.name)), ("arguments", .string(status == .inProgress ? "" : call.arguments)),
        ]
    }

    private func heard(_ role: String, _ dialect: RealtimeDialect, _ transcribes: Bool) -> [JSONText] {
        let text = transcript ?? ""
        guard role == "assistant" else {
            return [
                .object([
                    ("type", .string("input_audio")),
                    ("transcript", transcribes && !text.isEmpty ? .string(text) : .null),
                ])
            ]
        }
        guard status != .inProgress else { return [] }
        let kind = isText ? "text" : "audio"
        return [
            .object([
                ("type", .string(dialect == .current ? "output_" + kind : kind)),
                (isText ? "text" : "transcript", .string(text)),
            ])
        ]
    }
}

/// The items that are kept, oldest first.
struct RealtimeConversation {
    /// Beyond these limits, in items and in bytes of JSON, the oldest are dropped.
    static let itemsMax = 512
    private static let bytesMax = 1 << 20

    private var items: [RealtimeItem] = []
    private var bytes = 0

    /// Text typed by one of `roles` and not used yet, in order: only as many items as it takes to fill `most` bytes.
    func untold(by roles: [String], most: Int) -> String {
        var texts: [String] = [], bytes = 0
        for item in items where item.isUntold && !item.text.isEmpty && roles.contains(item.role ?? "") && bytes < most {
            texts.append(item.text)
            bytes += item.text.utf8.count + 1
        }
        return texts.joined(separator: " ")
    }

    /// Takes the messages that were typed and not used.
    mutating func takeUntold() -> [MindMessage] {
        let messages = items.filter(\.isUntold).compactMap(\.message)
        takeUp()
        return messages
    }

    /// The call with this id, and whether there is an output of it.
    func call(_ id: String) -> RealtimeItem? { items.last { $0.callID("function_call") == id } }
    func hasOutput(of id: String) -> Bool { items.contains { $0.callID("function_call_output") == id } }

    /// Marks everything that was typed as used.
    mutating func takeUp() { for i in items.indices { items[i].isUntold = false } }
    func item(_ id: String) -> RealtimeItem? { items.last { $0.id == id } }

    /// The id of the item before.
    func previous(of id: String) -> String? {
        items.lastIndex { $0.id == id }.flatMap { $0 > 0 ? items[$0 - 1].id : nil }
    }

    /// Whether an item can be placed after another: after the last one for nil, before all for "root".
    func hasPlace(behind previous: String?) -> Bool { place(behind: previous) != nil }

    /// Adds an item, as the last if there is no place after `previous`. Returns the id of the item before it.
    mutating func add(_ item: RealtimeItem, behind previous: String? = nil) -> String? {
        let place = place(behind: previous) ?? items.count
        items.insert(item, at: place)
        bytes += item.bytes
        let before = place > 0 ? items[place - 1].id : nil
        while items.count > Self.itemsMax || items.count > 1 && bytes > Self.bytesMax {
            bytes -= items.remove(at: items[0].id == item.id ? 1 : 0).bytes
        }
        return before
    }

    private func place(behind previous: String?) -> Int? {
        switch previous {
        case nil: items.count
        case "root": 0
        default: items.lastIndex { $0.id == previous }.map { $0 + 1 }
        }
    }

    mutating func change(_ id: String, _ body: (inout RealtimeItem) -> Void) {
        if let at = items.lastIndex(where: { $0.id == id }) { body(&items[at]) }
    }

    /// False when there is no such item.
    mutating func remove(_ id: String) -> Bool {
        guard let at = items.lastIndex(where: { $0.id == id }) else { return false }
        bytes -= items.remove(at: at).bytes
        return true
    }
}

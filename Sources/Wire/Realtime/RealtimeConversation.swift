// The items of a Realtime conversation: what was said and typed, in order.

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

    var transcript: String? { pieces.map { $0.map(\.text).joined().drop { $0 == " " }.description } }

    /// Drops the pieces that begin at `milliseconds` of its audio or later.
    mutating func truncate(at milliseconds: Int64) { pieces?.removeAll { $0.at >= milliseconds } }

    init(id: String, role: String? = nil, status: Status = .completed) {
        (self.id, self.role, self.status) = (id, role, status)
    }

    /// An item that a client sent. Its audio is not kept.
    init(id: String, written item: JSONText) {
        let isMessage = item["type"]?.text == "message"
        (self.id, role) = (id, isMessage ? item["role"]?.text : nil)
        (text, isUntold) = (Self.text(of: item), isMessage)
        for (name, value) in item.fields ?? [] where !["id", "object", "status"].contains(name) {
            let kept = isMessage && name == "content" ? Self.withoutAudio(value) : value
            written.append((name, kept.once))
        }
        bytes = written.reduce(0) { $0 + $1.0.utf8.count + $1.1.writtenBytes }
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
        guard let role, pieces != nil else {
            return .object(fields + written + [("status", .string(status.rawValue))])
        }
        fields += [
            ("type", .string("message")), ("role", .string(role)), ("status", .string(status.rawValue)),
        ]
        return .object(fields + [("content", .array(heard(role, dialect, transcribes)))])
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

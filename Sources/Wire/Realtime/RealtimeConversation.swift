// The items of a Realtime conversation: what was said and written, in order.

/// A message, a function call or its output.
struct RealtimeItem {
    enum Status: String { case inProgress = "in_progress", completed, incomplete }

    let id: String
    /// Nil for what is no message.
    var role: String?
    var status = Status.completed
    /// The item's other fields, as the client wrote them: a typed message's content, a function's name.
    var written: [String: Any] = [:]
    /// What was heard or said, each piece with the milliseconds of the item's audio at which it begins. Nil for what was written.
    var pieces: [(text: String, at: Int64)]?
    /// Whether an answer is text alone.
    var isText = false
    /// What was written, as JSON.
    var bytes = 0
    /// Typed, and no response has taken it up.
    var isUntold = false

    var transcript: String? { pieces.map { $0.map(\.text).joined().drop { $0 == " " }.description } }

    /// Forgets what begins at `milliseconds` of its audio or later.
    mutating func truncate(at milliseconds: Int64) { pieces?.removeAll { $0.at >= milliseconds } }

    /// What its text content says: typed words.
    var text: String {
        let content = written["content"] as? [[String: Any]] ?? []
        return content.compactMap { $0["text"] as? String }.joined(separator: " ")
    }

    /// What a client wrote, without its audio, which is given back: base64.
    static func write(_ fields: [String: Any]) -> (fields: [String: Any], audio: [String]) {
        let content = fields["content"] as? [[String: Any]] ?? []
        var fields = fields
        if fields["type"] as? String == "message" {
            fields["content"] = content.map { $0.filter { $0.key != "audio" } }
        }
        return (fields, content.compactMap { $0["audio"] as? String })
    }

    /// The item object. `transcribes` is whether a user's transcript is in it.
    func described(in dialect: RealtimeDialect, transcribes: Bool = true) -> JSONText {
        var fields: [(String, JSONText)] = [("id", .string(id)), ("object", .string("realtime.item"))]
        guard let role, pieces != nil else {
            for key in written.keys.sorted() where !["id", "object", "status"].contains(key) {
                fields.append((key, JSONText(written[key]!)))
            }
            return .object(fields + [("status", .string(status.rawValue))])
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

/// The items that are remembered, oldest first.
struct RealtimeConversation {
    /// More are not remembered: the oldest go. So much is written, in bytes of JSON.
    static let itemsMax = 512
    private static let bytesMax = 1 << 20

    private var items: [RealtimeItem] = []

    /// What was typed by one of `roles` and not taken up yet, in order.
    func untold(by roles: [String]) -> String {
        items.filter { $0.isUntold && roles.contains($0.role ?? "") }.map(\.text).filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// All that was typed has been taken up.
    mutating func takeUp() { for i in items.indices { items[i].isUntold = false } }
    func item(_ id: String) -> RealtimeItem? { items.last { $0.id == id } }

    /// The item before.
    func previous(of id: String) -> String? {
        items.lastIndex { $0.id == id }.flatMap { $0 > 0 ? items[$0 - 1].id : nil }
    }

    /// Adds an item behind another: behind the last one, or with "root" before all. Returns the id that it stands behind.
    mutating func add(_ item: RealtimeItem, behind previous: String? = nil) -> String? {
        var place = items.count
        if previous == "root" { place = 0 }
        if let found = items.lastIndex(where: { $0.id == previous }) { place = found + 1 }
        items.insert(item, at: place)
        let before = place > 0 ? items[place - 1].id : nil
        while items.count > Self.itemsMax || items.count > 1 && items.reduce(0, { $0 + $1.bytes }) > Self.bytesMax {
            items.remove(at: items[0].id == item.id ? 1 : 0)
        }
        return before
    }

    mutating func change(_ id: String, _ body: (inout RealtimeItem) -> Void) {
        if let at = items.lastIndex(where: { $0.id == id }) { body(&items[at]) }
    }

    /// False where there is no such item.
    mutating func remove(_ id: String) -> Bool {
        guard let at = items.lastIndex(where: { $0.id == id }) else { return false }
        items.remove(at: at)
        return true
    }
}

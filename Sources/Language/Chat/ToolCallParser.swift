// Finds tool calls in a text while it is generated.

/// Separates what is to be said from calls of tools and from thoughts, as the text comes. Text that may be the beginning of a call
/// is held back until that is known. One parser serves one turn of the assistant.
public struct ToolCallParser: Sendable {
    public enum Event: Hashable, Sendable {
        case text(String)
        /// The arguments are a JSON object.
        case call(name: String, arguments: String)
        /// What began as a call and is none: malformed, cut off or longer than `callBytesMax`. Not to be said.
        case broken(String)
    }

    private enum State { case start, text, call, object, thought }

    /// Limit of the bytes of a call.
    public static let callBytesMax = 65_536

    private static let callStart = Array("<tool_call>".utf8), callEnd = Array("</tool_call>".utf8)
    private static let thoughtStart = Array("<think>".utf8), thoughtEnd = Array("</think>".utf8)

    private let form: ToolForm
    private var state = State.start
    /// The text from here on is open: `held[at...]`. What lies before it is dropped at the end of `add`.
    private var held: [UInt8] = []
    private var at = 0
    /// Up to here, `held` has been looked at.
    private var seen = 0
    private var scanner = ObjectScanner()

    public init(_ form: ToolForm) { self.form = form }

    /// What the next part of the text brings.
    public mutating func add(_ text: String) -> [Event] {
        held += Array(text.utf8)
        var events: [Event] = []
        while let event = next() { if event != .text("") { events.append(event) } }
        held.removeFirst(at)
        (at, seen) = (0, max(0, seen - at))
        return Self.joined(events)
    }

    /// What is left at the end of the turn.
    public mutating func finish() -> [Event] {
        defer { held = [] }
        let rest = String(decoding: held, as: UTF8.self)
        switch state {
        case .start, .text: return rest.isEmpty ? [] : [.text(rest)]
        case .call: return [call(rest)]
        case .object: return [.broken(rest)]
        case .thought: return []
        }
    }

    /// The next step, or nil if more text is needed. Steps that bring nothing are empty texts.
    private mutating func next() -> Event? {
        switch state {
        case .start: start()
        case .text: text()
        case .call: inside(Self.callEnd).map { call($0) }
        case .object: object()
        case .thought: inside(Self.thoughtEnd).map { _ in .text("") }
        }
    }

    // MARK: Steps

    private mutating func enter(_ next: State, at start: Int) -> Event {
        (state, at, seen, scanner) = (next, start, start, ObjectScanner())
        return .text("")
    }

    /// The text up to `end`, which is not looked at again.
    private mutating func take(to end: Int) -> String {
        defer { (at, seen) = (end, end) }
        return String(decoding: held[at..<end], as: UTF8.self)
    }

    /// Llama's calls stand at the beginning of the turn, or after one another.
    private mutating func start() -> Event? {
        guard form == .llama3 else { return enter(.text, at: at) }
        guard let first = held[at...].firstIndex(where: { !" \t\r\n;".utf8.contains($0) }) else { return nil }
        return held[first] == UInt8(ascii: "{") ? enter(.object, at: first) : enter(.text, at: at)
    }

    /// Text up to the next mark.
    private mutating func text() -> Event? {
        guard at < held.count else { return nil }
        guard let mark = held[at...].firstIndex(of: UInt8(ascii: "<")) else { return .text(take(to: held.count)) }
        if mark > at { return .text(take(to: mark)) }
        for (start, next) in [(Self.callStart, State.call), (Self.thoughtStart, .thought)] {
            if held[at...].starts(with: start) { return enter(next, at: at + start.count) }
            if start.starts(with: held[at...]) { return nil }
        }
        return .text(take(to: at + 1))
    }

    /// What stands before `end`, after which text follows.
    private mutating func inside(_ end: [UInt8]) -> String? {
        while seen + end.count <= held.count {
            if held[seen...].starts(with: end) {
                let text = take(to: seen)
                _ = enter(.text, at: at + end.count)
                return text
            }
            seen += 1
        }
        // Too long for a call: what is held goes, and so does the rest up to the end.
        if seen - at > Self.callBytesMax { at = seen }
        return nil
    }

    private mutating func object() -> Event? {
        while seen < held.count {
            let isEnd = scanner.ends(at: held[seen])
            seen += 1
            if isEnd {
                let event = call(take(to: seen), orText: true)
                state = .start
                return event
            }
            if seen - at > Self.callBytesMax {
                state = .text
                return .broken(take(to: seen))
            }
        }
        return nil
    }

    // MARK: Calls

    /// A call as JSON. With `orText`, an object that is none is text.
    private func call(_ text: String, orText: Bool = false) -> Event {
        guard let json = JSONText(text), let name = json.member("name").flatMap({ JSONText($0)?.string }),
            let arguments = arguments(json)
        else { return orText && JSONText(text)?.member("name") == nil ? .text(text) : .broken(text) }
        return .call(name: name, arguments: arguments)
    }

    /// An object, or a string that holds one; none is an empty one.
    private func arguments(_ json: JSONText) -> String? {
        guard let written = json.member("arguments") ?? json.member("parameters") else { return "{}" }
        let text = JSONText(written)?.string ?? written
        return text.hasPrefix("{") ? JSONText(text)?.formatted() : nil
    }

    /// With neighbouring texts in one.
    private static func joined(_ events: [Event]) -> [Event] {
        var joined: [Event] = []
        for event in events {
            if case .text(let text) = event, case .text(let before) = joined.last {
                joined[joined.count - 1] = .text(before + text)
            } else {
                joined.append(event)
            }
        }
        return joined
    }
}

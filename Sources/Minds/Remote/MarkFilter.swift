// Takes the marks out of an answer's text: `<idle>` and `<resume>` are decisions and not words.

internal import Basics
internal import Dialogue

/// Passes text on as soon as it is sure not to be part of a mark. Space at an answer's begin and end is dropped.
struct MarkFilter: Hashable, Sendable {
    private static let marks: [(text: String, end: MindEnd)] = [("<idle>", .idle), ("<resume>", .resume)]

    /// What may become a mark.
    private var held = ""
    /// Space after the last word; it passes with the next one.
    private var space = ""
    private var hasWords = false
    /// The last mark, if no words followed.
    private var mark: MindEnd?

    /// How the answer ends, as far as its text says.
    var end: MindEnd {
        switch mark {
        case .resume: .resume
        case .idle where !hasWords: .idle
        default: .complete
        }
    }

    /// The words that are sure after `text`.
    mutating func read(_ text: String) -> String {
        let all = held + text
        var rest = all[...], words = ""
        while let open = rest.firstIndex(of: "<") {
            words += pass(rest[..<open])
            rest = rest[open...]
            if let mark = Self.marks.first(where: { rest.hasPrefix($0.text) }) {
                self.mark = mark.end
                rest = rest.dropFirst(mark.text.count)
            } else if Self.marks.contains(where: { $0.text.hasPrefix(rest) }) {
                break
            } else {
                words += pass(rest.prefix(1))
                rest = rest.dropFirst()
            }
        }
        held = rest.first == "<" ? String(rest) : ""
        return held.isEmpty ? words + pass(rest) : words
    }

    /// The words left at the answer's end: what was no mark after all.
    mutating func finish() -> String {
        defer { held = "" }
        return pass(held[...])
    }

    private mutating func pass(_ text: Substring) -> String {
        let text = hasWords ? text : text.drop { $0.isWhitespace }
        guard let last = text.lastIndex(where: { !$0.isWhitespace }) else {
            space += text
            return ""
        }
        let end = text.index(after: last)
        defer { space = String(text[end...]) }
        (hasWords, mark) = (true, nil)
        return space + text[..<end]
    }
}

// What an answer consists of, as its reader passes it on.

internal import Basics
internal import Dialogue

/// Words and calls in their order, and an end.
enum ReplyPart: Hashable, Sendable {
    case words(String)
    /// `arguments` is a JSON object as text.
    case call(name: String, arguments: String)
    case end(MindEnd)
}

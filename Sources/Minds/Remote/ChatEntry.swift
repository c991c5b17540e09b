// One thing that was said in a conversation, as a chat history keeps it.

internal import Basics
internal import Dialogue

/// A message, or an answer with its calls.
enum ChatEntry: Hashable, Sendable {
    case system(String), user(String)
    case assistant(String, calls: [ChatCall])

    var isUser: Bool { if case .user = self { true } else { false } }

    /// Its size, in UTF-8.
    var bytes: Int {
        switch self {
        case .system(let text), .user(let text): text.utf8.count
        case .assistant(let text, let calls): calls.reduce(text.utf8.count) { $0 + $1.bytes }
        }
    }
}

/// A tool call and, once it is there, its result.
struct ChatCall: Hashable, Sendable {
    var call: ToolCall
    var output: String?

    var bytes: Int { call.name.utf8.count + call.arguments.utf8.count + (output?.utf8.count ?? 0) }
}

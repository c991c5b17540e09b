// A part of a prompt.

/// A control token, or text in which nothing is one.
public enum ChatPiece: Hashable, Sendable {
    /// A control token by its text. Where the vocabulary has none, it is ordinary text.
    case mark(String)
    case text(String)

    var text: String {
        switch self {
        case .mark(let text), .text(let text): text
        }
    }
}

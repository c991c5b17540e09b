// A piece of a tool call, as an answer's chunk brings it.

/// The pieces of a call have one index; its name comes with the first, or with each, its arguments in pieces.
struct CallPiece: Hashable, Sendable {
    /// Nil from servers that send none; then pieces with one id, or without a name, belong together.
    var index: Int?
    var id = ""
    var name = ""
    var arguments = ""
}

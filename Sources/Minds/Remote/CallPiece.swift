// A piece of a tool call, as an answer's chunk brings it.

/// The pieces of a call have one index; its name comes with the first, its arguments in pieces.
struct CallPiece: Hashable, Sendable {
    /// Nil from servers that send none.
    var index: Int?
    var name = ""
    var arguments = ""
}

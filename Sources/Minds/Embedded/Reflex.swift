// Answers that need no model.

/// Is asked before the model. A value, so that what it remembers of a provisional answer can be taken back.
public protocol Reflex: Sendable {
    /// The answer to the user's words, or nil if the model is to answer.
    mutating func answer(_ request: String) -> String?
}

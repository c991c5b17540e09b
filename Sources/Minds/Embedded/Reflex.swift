// Answers that need no model.

public import Basics

/// Is asked before the model. A value, so that what it remembers of an answer that never was can be taken back.
public protocol Reflex: Sendable {
    /// The session's instructions and tools from now on.
    mutating func configure(_ setup: MindSetup)
    /// The answer to the user's words, or nil if the model is to answer.
    mutating func answer(_ request: String) -> String?
    /// The model has answered this.
    mutating func said(_ text: String)
}

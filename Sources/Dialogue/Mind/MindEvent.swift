// What a mind tells a session.

public import Basics

/// An event from a session's mind. Events about an answer that was cut or rolled back may still arrive and are ignored.
public enum MindEvent: Hashable, Sendable {
    /// The next piece of an answer's text, with the space before it, if any.
    case words(answer: Int, String)
    /// The answer calls a tool. Several calls may follow each other; `end` follows the last.
    case call(answer: Int, ToolCall)
    /// The answer is complete.
    case end(answer: Int, MindEnd)
    /// Natural logarithm of the probability that the user's turn is over: the reply to `MindRequest.probe`. Not a number: the mind does
    /// not know, and an answer may begin.
    case likelihood(probe: Int, Float)
    /// There will be no more of this answer.
    case failed(answer: Int, MindFailure)
}

/// How an answer ends.
public enum MindEnd: String, Hashable, Sendable, CaseIterable {
    case complete
    /// There is nothing to say: the user is not done, or was not speaking to the assistant.
    case idle
    /// The statement that the user interrupted is to be finished.
    case resume
    /// The answer calls tools. It continues in another answer once their results are there.
    case calls
}

/// Why a mind failed.
public struct MindFailure: Error, Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The mind cannot be reached, or the connection broke.
        case unreachable
        /// It did not answer in time.
        case timeout
        /// It refuses: its credentials, limits or quota.
        case refused
        /// What it sent cannot be understood, or is too long.
        case malformed
        /// It has no room for this session.
        case full
    }

    public var kind: Kind
    /// One sentence for the operator and the client, without secrets.
    public var message: String

    public init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }
}

// How a talk is written as a model's tokens.

public import Basics
public import Dialogue

/// A model's way to write the messages of a talk. Each message is a list of tokens of its own, so that the messages before a change
/// stay as they were computed.
///
///     system │ user's words │ after the user │ answer │ after the answer │ user's words │ …
public protocol TalkFormat: Sendable {
    /// What stands before all messages: the instructions and the tools. At least one token.
    func system(_ setup: MindSetup) -> [Int32]
    /// The user's turn so far: its beginning and `text`. More text adds tokens, and may change the last few.
    func user(_ text: String) -> [Int32]
    /// Ends the user's turn and begins the answer. Its first token's probability after the words so far is that of the turn's end.
    var afterUser: [Int32] { get }
    /// Begins an answer that follows no words of the user.
    var beforeAnswer: [Int32] { get }
    /// An answer's text.
    func answer(_ text: String) -> [Int32]
    /// Ends an answer.
    var afterAnswer: [Int32] { get }
    /// A whole message.
    func message(_ message: MindMessage) -> [Int32]
    /// Turns an answer's tokens into events, from the beginning of an answer.
    func reader() -> any AnswerReader
}

/// What a token of an answer means.
public enum AnswerPiece: Hashable, Sendable {
    case text(String)
    case call(name: String, arguments: String)
    /// There is no more.
    case end(MindEnd)
}

/// Reads one answer, token by token. Text comes in whole characters; what may yet become a mark or a tool's call is held back.
public protocol AnswerReader: Sendable {
    mutating func read(_ token: Int32) -> [AnswerPiece]
    /// What was held back, when the answer ends without an end of its own.
    mutating func finish() -> [AnswerPiece]
}

// What a session asks of its mind, the text model that answers for it.
//
//  engine ─▶ MindRequest ─▶ mailbox ─▶ mind ─▶ mailbox ─▶ MindEvent ─▶ engine

public import Basics

/// A request to a session's mind. A mind carries out a session's requests in order and never makes the engine wait.
///
/// Answers are numbered by the engine, from 1, ascending. A request about an answer that is no longer the latest is ignored.
public enum MindRequest: Hashable, Sendable {
    /// From now on, these instructions and tools. The first request of every session.
    case configure(MindSetup)
    /// A message that belongs to the history although it was not spoken here.
    case append(MindMessage)
    /// The user said these words, which continue the turn that is in progress: a piece of text with the space before it, if any.
    case hear(String)
    /// The user's words in the turn that is in progress are these, instead of those so far.
    case rehear(String)
    /// How likely is it that the user's turn is over after the words so far? `MindEvent.likelihood` answers with this number.
    case probe(Int)
    /// The user's turn is over, so answer it. If `isProvisional`, the user may yet go on: `commit` or `rollback` follows.
    case answer(Int, isProvisional: Bool)
    /// The provisional answer stands.
    case commit(Int)
    /// The user goes on before a word of the answer was heard, provisional or not: neither the answer nor the end of the turn has ever
    /// been.
    case rollback(Int)
    /// The answer ends here. In the history it is `heard`, the words that the user has heard; nothing stays of an answer without any.
    case cut(Int, heard: String)
    /// What a tool returned. It enters the history; the next `answer` takes account of it.
    case result(ToolResult)
    /// The session is over: its last request.
    case close
}

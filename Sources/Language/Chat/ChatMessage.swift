// What is said in a conversation with a language model.

public import Basics

/// A message. Texts are as their authors wrote them; nothing in them steers the model.
public enum ChatMessage: Hashable, Sendable {
    case user(String)
    /// What the model said, and the tools that it called afterwards.
    case assistant(String, calls: [ToolCall] = [])
    /// What the tools returned, in the order of the calls.
    case results([String])
}

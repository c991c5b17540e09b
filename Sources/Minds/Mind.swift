// A mind as the server sees it: a text model that answers in many sessions at once.

public import Dialogue

/// A text model, in this process or elsewhere. Thread-safe. Its work runs on threads of its own.
public protocol Mind: AnyObject, Sendable {
    /// As operators and clients see it.
    var name: String { get }

    /// Begins a session. `deliver` is called with each of its events, on a thread of the mind, and must return at once. Nil when the
    /// mind has no room for another session.
    func open(deliver: @escaping @Sendable (MindEvent) -> Void) -> (any MindSeat)?
}

/// One session's place at a mind. Thread-safe.
public protocol MindSeat: AnyObject, Sendable {
    /// Takes a request and returns at once.
    func take(_ request: MindRequest)
}

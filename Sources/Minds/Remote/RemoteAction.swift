// What a session with a remote mind wants done.

internal import Basics
internal import Dialogue

/// Transfers are numbered by their session, from 1.
enum RemoteAction: Hashable, Sendable {
    case tell(MindEvent)
    case send(transfer: Int, body: String)
    /// At once: whatever comes now is unwanted.
    case close(transfer: Int)
    /// The answer is complete. What is left of the response is dropped, so that the connection can be used again.
    case release(transfer: Int)
}

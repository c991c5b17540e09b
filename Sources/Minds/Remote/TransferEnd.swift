// How a transfer ended, in the words of a session rather than libcurl's.

internal import Basics
internal import Dialogue

/// The outcome of one HTTP exchange.
enum TransferEnd: Hashable, Sendable {
    /// The response came whole. `retryAfterSeconds` is the server's Retry-After; 0 where there is none.
    case complete(status: Int, retryAfterSeconds: Int)
    /// Nobody answers at the address and port.
    case refused
    /// The connection was reset or closed too early.
    case brokeOff
    case connectTimeout
    case noSuchHost
    /// The certificate is not to be trusted, or TLS failed otherwise.
    case untrusted
    /// Something else, by libcurl's description.
    case other(String)

    /// Another try may succeed.
    var isPassing: Bool { self == .refused || self == .brokeOff }

    /// What to say when there is no other try.
    var failure: MindFailure {
        switch self {
        case .complete: .brokeOff
        case .refused: MindFailure(.unreachable, "The mind's server refuses connections; is it running?")
        case .brokeOff: MindFailure(.unreachable, "The mind's server closed the connection before it answered.")
        case .connectTimeout: MindFailure(.timeout, "The mind's server could not be connected to in time.")
        case .noSuchHost: MindFailure(.unreachable, "The mind's host name is unknown.")
        case .untrusted: MindFailure(.unreachable, "The certificate of the mind's server cannot be verified.")
        case .other(let what):
            MindFailure(.unreachable, "The request to the mind's server failed: \(ServerMessage.clean(what)).")
        }
    }
}

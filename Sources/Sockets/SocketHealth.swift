// The state of the socket thread, for monitoring.

internal import Synchronization

/// Trouble that a server's sockets have met. Any thread.
public final class SocketHealth: Sendable {
    private struct State {
        var isAcceptFailing = false
        var acceptFailures = 0
        var shed = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// Whether connections cannot be accepted, for want of descriptors or memory.
    public var isAcceptFailing: Bool { state.withLock { $0.isAcceptFailing } }

    /// How often accepting has failed since the start.
    public var acceptFailures: Int { state.withLock { $0.acceptFailures } }

    /// Connections without a pending request that were dropped to make room for new ones.
    public var shed: Int { state.withLock { $0.shed } }

    func acceptFailed() {
        state.withLock {
            $0.isAcceptFailing = true
            $0.acceptFailures += 1
        }
    }

    /// Notes a success. Returns whether accepting had failed before.
    func acceptWorks() -> Bool {
        state.withLock { state in
            defer { state.isAcceptFailing = false }
            return state.isAcceptFailing
        }
    }

    func noteShed() { state.withLock { $0.shed += 1 } }
}

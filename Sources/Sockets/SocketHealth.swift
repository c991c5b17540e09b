// How the socket thread fares, for whoever asks.

internal import Synchronization

/// What a server's sockets met with. Any thread.
public final class SocketHealth: Sendable {
    private struct State {
        var isAcceptFailing = false
        var acceptFailures = 0
        var shed = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// Whether connections wait that cannot be taken: there are no descriptors or no memory for them.
    public var isAcceptFailing: Bool { state.withLock { $0.isAcceptFailing } }

    /// How often that was so since the start.
    public var acceptFailures: Int { state.withLock { $0.acceptFailures } }

    /// Connections given up for others, having asked for nothing yet.
    public var shed: Int { state.withLock { $0.shed } }

    func acceptFailed() {
        state.withLock {
            $0.isAcceptFailing = true
            $0.acceptFailures += 1
        }
    }

    /// Whether it had failed before.
    func acceptWorks() -> Bool {
        state.withLock { state in
            defer { state.isAcceptFailing = false }
            return state.isAcceptFailing
        }
    }

    func gaveUpOne() { state.withLock { $0.shed += 1 } }
}

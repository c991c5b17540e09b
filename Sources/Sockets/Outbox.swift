// A queue of outgoing messages: any thread pushes, the socket thread pops.

internal import Synchronization
internal import Wire

/// A libwebsockets pointer. It may pass between threads; only the socket thread may dereference it.
struct SocketHandle: @unchecked Sendable {
    let pointer: OpaquePointer
}

/// A connection's queue of outgoing messages.
final class Outbox: Sendable {
    enum Next { case message(WireMessage, more: Bool), nothing }

    private struct State {
        var socket: SocketHandle?
        var queue: MessageQueue
    }

    private let state: Mutex<State>
    private let bytesMax: Int

    init(socket: SocketHandle, bytesMax: Int) {
        state = Mutex(State(socket: socket, queue: MessageQueue(bytesMax: bytesMax)))
        self.bytesMax = bytesMax
    }

    /// Nil if the messages are refused; otherwise whether to wake the socket thread. A close is always accepted.
    func push(_ messages: [WireMessage]) -> Bool? {
        state.withLock { s in
            let wake = s.queue.isEmpty
            guard s.socket != nil, s.queue.push(messages) else { return nil }
            return wake && !messages.isEmpty
        }
    }

    func pop() -> Next {
        state.withLock { s in
            guard let message = s.queue.pop() else { return .nothing }
            return .message(message, more: !s.queue.isEmpty)
        }
    }

    /// Allocated capacity of the queue, in messages.
    var placesHeld: Int { state.withLock { $0.queue.placesHeld } }

    var isOpen: Bool { state.withLock { $0.socket != nil && !$0.queue.isClosing } }

    var isCrowded: Bool { state.withLock { $0.queue.isCrowded } }

    var socket: SocketHandle? { state.withLock { $0.socket } }

    func detach() {
        state.withLock {
            $0.socket = nil
            $0.queue = MessageQueue(bytesMax: bytesMax)
        }
    }
}

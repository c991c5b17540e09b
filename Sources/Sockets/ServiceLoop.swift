// The one thread that turns libwebsockets. Everything that touches a socket runs here.

internal import CWebSockets
internal import Synchronization

/// What other threads ask of the socket thread.
final class ServiceLoop: Sendable {
    private struct Requests {
        var context: SocketHandle?
        var writers: [Connection] = []
        var stopping = false
        var awake = false
    }

    private let requests = Mutex(Requests())
    /// Storage that changes places with the writers'. The socket thread's alone.
    private let spare = Mutex<[Connection]>([])

    func wantsToWrite(_ connection: Connection) { post { $0.writers.append(connection) } }

    func stop() { post { $0.stopping = true } }

    var isStopping: Bool { requests.withLock { $0.stopping } }

    /// `lws_cancel_service` is one write to an eventfd, and the one call that other threads may make while the context lives.
    private func post(_ change: (inout Requests) -> Void) {
        requests.withLock { r in
            change(&r)
            guard !r.awake, let context = r.context else { return }
            r.awake = true
            lws_cancel_service(context.pointer)
        }
    }

    // MARK: Socket thread only

    func attach(_ context: OpaquePointer) {
        let handle = SocketHandle(pointer: context)
        requests.withLock { $0.context = handle }
    }

    func detach() { requests.withLock { $0.context = nil } }

    /// Called when `lws_cancel_service` woke the loop.
    func drain() {
        spare.withLock { writers in
            requests.withLock { r in
                r.awake = false
                swap(&r.writers, &writers)
            }
            for connection in writers {
                if let socket = connection.socket { lws_callback_on_writable(socket.pointer) }
            }
            writers.removeAll(keepingCapacity: true)
        }
    }
}

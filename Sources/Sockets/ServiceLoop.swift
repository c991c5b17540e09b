// Wakes the one thread that runs libwebsockets. Everything that touches a socket runs there.

internal import CWebSockets
internal import Synchronization

/// Requests of other threads to the socket thread.
final class ServiceLoop: Sendable {
    private struct Requests {
        var context: SocketHandle?
        var writers: [Connection] = []
        var stopping = false
        var awake = false
    }

    private let requests = Mutex(Requests())
    /// Swapped with `writers` so that its storage is reused. Socket thread only.
    private let spare = Mutex<[Connection]>([])

    func wantsToWrite(_ connection: Connection) { post { $0.writers.append(connection) } }

    func stop() { post { $0.stopping = true } }

    var isStopping: Bool { requests.withLock { $0.stopping } }

    /// `lws_cancel_service` writes to an eventfd; it is the only call that other threads may make while the context exists.
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

    /// Called after `lws_cancel_service` has woken the loop.
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

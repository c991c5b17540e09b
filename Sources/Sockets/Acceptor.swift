// Accepts new connections, and pauses when the process runs out of descriptors.

internal import Basics
internal import CSystem
internal import Glibc

/// The listening sockets of a server. Socket thread only.
struct Acceptor {
    enum Outcome {
        case connection(CInt, SocketAddress)
        case none
        /// No descriptor or no memory. Clients stay in the listen queue.
        case exhausted(CInt)
    }

    let listeners: [Listener]
    private let poller: Poller
    private let log: @Sendable (String) -> Void
    private let health: SocketHealth
    private let fault: @Sendable () -> CInt?
    /// Accepts no connection before this instant.
    private var pausedUntil: Instant?
    private var loggedAt: Instant?

    private static let pauseMilliseconds: Int64 = 100, logMilliseconds: Int64 = 10_000

    init(_ listeners: [Listener], _ poller: Poller, _ configuration: ServerConfiguration) {
        (self.listeners, self.poller) = (listeners, poller)
        (health, log, fault) = (configuration.health, configuration.log, configuration.acceptFault)
        for (i, listener) in listeners.enumerated() { poller.add(listener.socket, id: UInt64(i)) }
    }

    mutating func next(of index: Int) -> Outcome {
        guard pausedUntil == nil else { return .none }
        if let why = fault() { return .exhausted(why) }
        var storage = sockaddr_storage(), length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let socket = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                shim_accept(listeners[index].socket, $0, &length)
            }
        }
        let why = errno
        if socket < 0, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(why) { return .exhausted(why) }
        // `accept` reserves a descriptor before it looks at the queue, so even EAGAIN proves that one was free.
        if health.acceptWorks() { log("connections are taken again") }
        guard socket >= 0, let remote = SocketAddress(storage, length) else {
            if socket >= 0 { Glibc.close(socket) }
            return .none
        }
        return .connection(socket, remote)
    }

    /// Stops accepting for a while: retrying at once would occupy the whole thread.
    mutating func pause(_ why: CInt, at now: Instant) {
        pausedUntil = now.advanced(milliseconds: Self.pauseMilliseconds)
        watch(false)
        health.acceptFailed()
        guard loggedAt.map({ now.since($0) >= Self.logMilliseconds * 1_000_000 }) ?? true else { return }
        loggedAt = now
        log("no connection can be taken: \(String(cString: strerror(why)))")
    }

    mutating func resume(at now: Instant) {
        guard let pausedUntil, pausedUntil <= now else { return }
        self.pausedUntil = nil
        watch(true)
    }

    private func watch(_ reads: Bool) {
        for (i, listener) in listeners.enumerated() {
            poller.change(listener.socket, id: UInt64(i), reads: reads, writes: false)
        }
    }

    func close() { for listener in listeners { Glibc.close(listener.socket) } }
}

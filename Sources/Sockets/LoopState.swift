// The state that the socket thread owns.

internal import Basics
internal import CWebSockets
internal import Glibc
internal import Wire

/// Reached from the C callback through the context's user pointer. Socket thread only.
final class LoopState {
    let loop: ServiceLoop
    let configuration: ServerConfiguration
    let routes: ServerRoutes
    private let listeners: [Listener]
    /// Open connections, so that `stop` can close them.
    var links: [ObjectIdentifier: Link] = [:]
    /// Set in a turn in which a connection wanted to write.
    var hasMoreToWrite = false
    /// Set in a turn in which the front's descriptor became readable.
    var isFrontReady = false
    /// The request that is being handed to libwebsockets.
    private(set) var joining: UpgradeRequest?
    private var front: HTTPFront?

    init(loop: ServiceLoop, configuration: ServerConfiguration, routes: ServerRoutes, listeners: [Listener]) {
        (self.loop, self.configuration, self.routes) = (loop, configuration, routes)
        self.listeners = listeners
    }

    /// Adds the front's descriptor to those that libwebsockets polls. Returns false on failure.
    func start(_ context: OpaquePointer) -> Bool {
        let host = lws_get_vhost_by_name(context, "default")
        front = HTTPFront(listeners, configuration, routes) { [unowned self] in join($0, host) }
        guard let front else {
            for listener in listeners { Glibc.close(listener.socket) }
            return false
        }
        var descriptor = lws_sock_file_fd_type()
        descriptor.filefd = front.poller.descriptor
        return lws_adopt_descriptor_vhost(host, LWS_ADOPT_RAW_FILE_DESC, descriptor, "duet", nil) != nil
    }

    /// Whether the loop must not block.
    var isBusy: Bool { front?.hasMore ?? false }

    /// Runs the front's part of a turn.
    func turnFront() {
        guard isFrontReady || isBusy, let front else { return }
        isFrontReady = false
        let now = MonotonicClock.now()
        if front.turn(at: now) { ping(at: now) }
    }

    func closeFront() {
        front?.close()
        front = nil
    }

    /// Passes the socket to libwebsockets, which parses the request again from memory, followed by the bytes after it.
    /// libwebsockets then owns the socket.
    private func join(_ upgraded: HTTPFront.Upgraded, _ host: OpaquePointer?) {
        let offered = upgraded.upgrade.request.subprotocols
        let bytes = upgraded.upgrade.plain(subprotocol: offered.first { configuration.subprotocols.contains($0) })
        joining = upgraded.upgrade.request
        (bytes + upgraded.rest).withUnsafeBytes {
            _ = lws_adopt_socket_vhost_readbuf(
                host, upgraded.socket, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
        }
        joining = nil
    }

    /// libwebsockets' own pings would replace a pending pong, so they are off. It still hangs up on a client that answers no ping.
    private func ping(at now: Instant) {
        for link in links.values where link.needsPing(at: now, every: configuration.pingSeconds) {
            if let socket = link.connection.socket { lws_callback_on_writable(socket.pointer) }
        }
    }
}

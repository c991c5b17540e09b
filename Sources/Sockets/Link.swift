// A websocket on the socket thread, and whether its client is still there.

internal import Basics

/// Lives from ESTABLISHED to CLOSED as the socket's opaque user data.
final class Link {
    enum Care { case none, ping, hangUp }

    let connection: Connection
    let handler: any ConnectionHandler
    var partial: [UInt8] = []
    /// The code of the first close frame, either way.
    var code: UInt16?
    /// When the last pong came (RFC 6455 §5.5.3), or the connection.
    private var heard: Instant
    private var hasPinged = false
    /// A ping waits until the socket takes it.
    private var owesPing = false

    init(connection: Connection, handler: any ConnectionHandler, at now: Instant) {
        (self.connection, self.handler, heard) = (connection, handler, now)
    }

    func isHeard(at now: Instant) { (heard, hasPinged) = (now, false) }

    /// What a client that has been quiet so long needs.
    func care(at now: Instant, _ configuration: ServerConfiguration) -> Care {
        let seconds = now.since(heard) / 1_000_000_000
        if seconds >= Int64(configuration.hangUpSeconds) { return .hangUp }
        guard !hasPinged, seconds >= Int64(configuration.pingSeconds) else { return .none }
        (hasPinged, owesPing) = (true, true)
        return .ping
    }

    func takePing() -> Bool {
        defer { owesPing = false }
        return owesPing
    }
}

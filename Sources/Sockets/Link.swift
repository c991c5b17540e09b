// A websocket on the socket thread.

internal import Basics

/// Lives from ESTABLISHED to CLOSED as the socket's opaque user data.
final class Link {
    let connection: Connection
    let handler: any ConnectionHandler
    var partial: [UInt8] = []
    /// The code of the first close frame from either side.
    var code: UInt16?
    /// When it was last pinged, or opened.
    private var pinged: Instant
    /// A ping is due and waits until the socket is writable.
    private var owesPing = false

    init(connection: Connection, handler: any ConnectionHandler, at now: Instant) {
        (self.connection, self.handler, pinged) = (connection, handler, now)
    }

    /// Whether a ping is due (RFC 6455 §5.5.2).
    func needsPing(at now: Instant, every seconds: UInt16) -> Bool {
        guard now.since(pinged) >= Int64(seconds) * 1_000_000_000 else { return false }
        (pinged, owesPing) = (now, true)
        return true
    }

    func takePing() -> Bool {
        defer { owesPing = false }
        return owesPing
    }
}

// A connection before or without an upgrade: its bytes and its timeouts.

internal import Basics
internal import Glibc

/// Socket thread only.
final class PlainConnection {
    enum Phase: Hashable { case idle, head, body, writing, lingering }

    let id: UInt64
    let socket: CInt
    let remote: SocketAddress
    var reader: RequestReader
    /// When the present phase began.
    private(set) var since: Instant
    private(set) var phase = Phase.idle
    /// The client has closed its sending side.
    var hasEnded = false
    /// Close the connection once the answer is sent.
    var closes = false
    private var going: [UInt8] = []
    private var sent = 0

    /// Bytes sent in one turn at most, so that a long answer does not delay other connections.
    private static let sendBytesMax = 256 << 10

    init(id: UInt64, socket: CInt, remote: SocketAddress, bodyBytesMax: Int, at now: Instant) {
        (self.id, self.socket, self.remote, since) = (id, socket, remote, now)
        reader = RequestReader(bodyBytesMax: bodyBytesMax)
    }

    /// The timeout restarts with every phase, not with every byte.
    func enter(_ phase: Phase, at now: Instant) {
        if phase != self.phase { since = now }
        self.phase = phase
    }

    /// The answer is sent: the connection is idle again.
    func rest(at now: Instant) { (phase, since) = (.idle, now) }

    func queue(_ bytes: [UInt8]) { going += bytes }

    enum Sent { case all, some, failed }

    /// Sends as much as the socket accepts.
    func flush() -> Sent {
        var budget = Self.sendBytesMax
        while sent < going.count {
            guard budget > 0 else { return .some }
            let count = going.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + sent, min(budget, $0.count - sent), CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return errno == EAGAIN || errno == EINTR ? .some : .failed }
            sent += count
            budget -= count
        }
        (going, sent) = ([], 0)
        return .all
    }
}

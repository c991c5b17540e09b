// A connection that is no websocket, or not yet: its bytes, and how long it may take.

internal import Basics
internal import Glibc

/// Socket thread only.
final class PlainConnection {
    enum Phase: Hashable { case idle, head, body, writing, lingering }

    let id: UInt64
    let socket: CInt
    let remote: SocketAddress
    var reader: RequestReader
    /// When it came, or its last request was answered.
    private(set) var since: Instant
    private(set) var phase = Phase.idle
    /// The client sends no more.
    var hasEnded = false
    /// The connection ends when the answer is out.
    var closes = false
    private var going: [UInt8] = []
    private var sent = 0

    /// What one turn sends at most, so that nobody else waits for a long answer.
    private static let sendBytesMax = 256 << 10

    init(id: UInt64, socket: CInt, remote: SocketAddress, bodyBytesMax: Int, at now: Instant) {
        (self.id, self.socket, self.remote, since) = (id, socket, remote, now)
        reader = RequestReader(bodyBytesMax: bodyBytesMax)
    }

    /// Time starts anew with every phase, not with every byte.
    func enter(_ phase: Phase, at now: Instant) {
        if phase != self.phase { since = now }
        self.phase = phase
    }

    /// An answer is out: the next wait begins.
    func rest(at now: Instant) { (phase, since) = (.idle, now) }

    func queue(_ bytes: [UInt8]) { going += bytes }

    enum Sent { case all, some, failed }

    /// Sends what the system takes.
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

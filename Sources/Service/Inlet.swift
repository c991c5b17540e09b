// Limits what one client may have waiting at its worker, so that a flood harms only the client that causes it.

internal import Switchboard
internal import Synchronization

/// Counts one client's messages between the socket thread, which adds them, and the worker, which takes them.
final class Inlet: Sendable {
    /// Messages of one client that may wait. The limit is 1024.
    static let messagesMax = Switchboard.waitingMax
    /// Bytes of one client that may wait.
    let bytesMax: Int

    private let waiting = Mutex((messages: 0, bytes: 0, overflowed: false))

    /// At least 512 KiB may wait.
    init(bytesMax: Int = 0) { self.bytesMax = max(bytesMax, 512 << 10) }

    /// Returns false if the limit is reached: the message must then not be passed on.
    func enter(bytes: Int) -> Bool {
        waiting.withLock { w in
            guard w.messages < Self.messagesMax, w.bytes + bytes <= bytesMax else { return false }
            w.messages += 1
            w.bytes += bytes
            return true
        }
    }

    /// The worker took a message.
    func leave(bytes: Int) {
        waiting.withLock { w in
            w.messages -= 1
            w.bytes -= bytes
        }
    }

    /// Notes that an event was lost. Returns true the first time.
    func overflow() -> Bool {
        waiting.withLock { w in
            defer { w.overflowed = true }
            return !w.overflowed
        }
    }
}

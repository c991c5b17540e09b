// Messages on their way out, bounded in bytes and in number.

internal import Synchronization
internal import Wire

/// A pointer of libwebsockets'. It may travel between threads; only the socket thread may follow it.
struct SocketHandle: @unchecked Sendable {
    let pointer: OpaquePointer
}

/// A connection's queue of messages. Any thread pushes, the socket thread pops.
final class Outbox: Sendable {
    enum Next { case message(WireMessage, more: Bool), nothing }

    /// Messages that may wait, however short: each costs some memory beside its bytes.
    static let messagesMax = 4096

    private struct State {
        var socket: SocketHandle?
        var messages = Ring<WireMessage>()
        var bytes = 0
        var closing = false
    }

    private let state: Mutex<State>
    private let bytesMax: Int

    init(socket: SocketHandle, bytesMax: Int) {
        state = Mutex(State(socket: socket))
        self.bytesMax = bytesMax
    }

    /// Nil when refused; otherwise whether the socket thread must be told. A close is always taken.
    func push(_ messages: [WireMessage]) -> Bool? {
        state.withLock { s in
            let bytes = messages.reduce(0) { $0 + Self.size($1) }
            let closes = messages.contains { if case .close = $0 { true } else { false } }
            let fits = s.bytes + bytes <= bytesMax && s.messages.count + messages.count <= Self.messagesMax
            guard s.socket != nil, !s.closing, closes || fits else { return nil }
            let wake = s.messages.isEmpty
            for message in messages { s.messages.append(message) }
            s.bytes += bytes
            s.closing = closes
            return wake && !messages.isEmpty
        }
    }

    func pop() -> Next {
        state.withLock { s in
            guard let message = s.messages.popFirst() else { return .nothing }
            s.bytes -= Self.size(message)
            return .message(message, more: !s.messages.isEmpty)
        }
    }

    /// Places for messages that memory is held for.
    var placesHeld: Int { state.withLock { $0.messages.placesHeld } }

    var isOpen: Bool { state.withLock { $0.socket != nil && !$0.closing } }

    var isCrowded: Bool { state.withLock { 2 * $0.bytes > bytesMax } }

    var socket: SocketHandle? { state.withLock { $0.socket } }

    func detach() {
        state.withLock {
            $0.socket = nil
            $0.messages = Ring()
        }
    }

    private static func size(_ message: WireMessage) -> Int {
        switch message {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        case .close: 0
        }
    }
}

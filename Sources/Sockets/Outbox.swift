// Messages on their way out, bounded in bytes.

internal import Synchronization
internal import Wire

/// A pointer of libwebsockets'. It may travel between threads; only the socket thread may follow it.
struct SocketHandle: @unchecked Sendable {
    let pointer: OpaquePointer
}

/// A connection's queue of messages. Any thread pushes, the socket thread pops.
final class Outbox: Sendable {
    enum Next { case message(WireMessage, more: Bool), nothing }

    private struct State {
        var socket: SocketHandle?
        var messages: [WireMessage] = []
        var head = 0
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
            guard s.socket != nil, !s.closing, closes || s.bytes + bytes <= bytesMax else { return nil }
            let wake = s.head == s.messages.count
            s.messages.append(contentsOf: messages)
            s.bytes += bytes
            s.closing = closes
            return wake && !messages.isEmpty
        }
    }

    func pop() -> Next {
        state.withLock { s in
            guard s.head < s.messages.count else { return .nothing }
            let message = s.messages[s.head]
            s.head += 1
            s.bytes -= Self.size(message)
            if s.head == s.messages.count {
                s.messages.removeAll(keepingCapacity: true)
                s.head = 0
            }
            return .message(message, more: s.head < s.messages.count)
        }
    }

    /// Places for messages that memory is held for, popped ones too.
    var placesHeld: Int { state.withLock { $0.messages.capacity } }

    var socket: SocketHandle? { state.withLock { $0.socket } }

    func detach() {
        state.withLock {
            $0.socket = nil
            $0.messages = []
            $0.head = 0
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

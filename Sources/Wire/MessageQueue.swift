// Messages for a client that may read slowly: bounded in bytes and in number.

internal import Basics

/// A connection's queue. Pure: the owner takes care of threads.
public struct MessageQueue: Sendable {
    /// Messages that may be queued, however short: each takes memory besides its bytes.
    public static let messagesMax = 4096

    private let bytesMax: Int
    private var messages = Ring<WireMessage>()
    /// A close was queued; nothing may follow it.
    public private(set) var isClosing = false
    /// Bytes of the queued messages.
    public private(set) var bytes = 0

    public init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Whether more than half of `bytesMax` is in use.
    public var isCrowded: Bool { 2 * bytes > bytesMax }
    public var count: Int { messages.count }
    public var isEmpty: Bool { messages.isEmpty }
    /// Messages that memory is allocated for.
    public var placesHeld: Int { messages.placesHeld }

    /// Queues all or none. False when they do not fit, or after a close. A close is queued even if it does not fit.
    public mutating func push(_ more: [WireMessage]) -> Bool {
        let size = more.reduce(0) { $0 + Self.size($1) }
        let closes = more.contains { if case .close = $0 { true } else { false } }
        let fits = bytes + size <= bytesMax && messages.count + more.count <= Self.messagesMax
        guard !isClosing, closes || fits else { return false }
        for message in more { messages.append(message) }
        bytes += size
        isClosing = closes
        return true
    }

    public mutating func pop() -> WireMessage? {
        guard let message = messages.popFirst() else { return nil }
        bytes -= Self.size(message)
        return message
    }

    /// Bytes that a message counts against `bytesMax`.
    public static func size(_ message: WireMessage) -> Int {
        switch message {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        case .close: 0
        }
    }
}

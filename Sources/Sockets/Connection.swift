// One websocket, as the rest of the program sees it.

public import Wire

/// What the program does with a connection. Called on the socket thread, in order; must not block.
public protocol ConnectionHandler: AnyObject, Sendable {
    func received(text: String)
    func received(binary: [UInt8])
    /// The last call. `code` comes from the first close frame of either side, 1005 if that carried none (RFC 6455 §7.1.5); nil if
    /// the connection was lost.
    func closed(code: UInt16?)
    /// A longer message ends the connection with 1009. The default is the server's limit.
    var messageBytesMax: Int? { get }
}

extension ConnectionHandler {
    public var messageBytesMax: Int? { nil }
}

/// A websocket. `send` may be called from any thread.
public final class Connection: Sendable {
    public let request: UpgradeRequest
    private let outbox: Outbox
    private let loop: ServiceLoop

    init(_ request: UpgradeRequest, loop: ServiceLoop, socket: SocketHandle, bytesMax: Int) {
        self.request = request
        self.loop = loop
        outbox = Outbox(socket: socket, bytesMax: bytesMax)
    }

    /// Queues messages in order. Returns false if the connection is gone or its outbox is full: then it queues none of them, and
    /// the caller decides whether to go on.
    @discardableResult
    public func send(_ messages: [WireMessage]) -> Bool {
        guard let wake = outbox.push(messages) else { return false }
        if wake { loop.wantsToWrite(self) }
        return true
    }

    /// Whether messages can still be sent: neither side has closed the connection.
    public var isOpen: Bool { outbox.isOpen }

    /// Whether the outbox is at least half full.
    public var isCrowded: Bool { outbox.isCrowded }

    // MARK: Socket thread only

    var socket: SocketHandle? { outbox.socket }
    func next() -> Outbox.Next { outbox.pop() }
    func detach() { outbox.detach() }
}

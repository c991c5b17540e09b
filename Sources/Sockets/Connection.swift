// One websocket, as the rest of the program sees it.

public import Wire

/// What the program does with a connection. Called on the socket thread, in order; must not block.
public protocol ConnectionHandler: AnyObject, Sendable {
    func received(text: String)
    func received(binary: [UInt8])
    /// The last call.
    func closed()
}

/// A websocket. `send` may be called from any thread.
public final class Connection: Sendable {
    public let path: String
    /// What followed the path's question mark.
    public let query: String
    public let remote: String
    private let outbox: Outbox
    private let loop: ServiceLoop

    init(path: String, query: String = "", remote: String, loop: ServiceLoop, socket: SocketHandle, bytesMax: Int) {
        self.path = path
        self.query = query
        self.remote = remote
        self.loop = loop
        outbox = Outbox(socket: socket, bytesMax: bytesMax)
    }

    /// Queues messages in order. False when the connection is gone or its outbox is full: then none of them is sent, and
    /// the caller decides whether to go on.
    @discardableResult
    public func send(_ messages: [WireMessage]) -> Bool {
        guard let wake = outbox.push(messages) else { return false }
        if wake { loop.wantsToWrite(self) }
        return true
    }

    // MARK: Socket thread only

    var socket: SocketHandle? { outbox.socket }
    func next() -> Outbox.Next { outbox.pop() }
    func detach() { outbox.detach() }
}

// Many websocket clients on one thread, for loads: frames are built in advance, and incoming ones are parsed in place.

internal import CSystem
internal import Foundation
internal import Glibc

/// Clients of one server, numbered from 0 in the order of opening. One thread.
public final class WebSocketSwarm {
    public enum Event {
        /// The server has accepted the upgrade.
        case opened
        case text(String)
        /// Valid only during the call.
        case binary(UnsafeBufferPointer<UInt8>)
        /// The last event of a client.
        case closed(code: UInt16, reason: String)
        case failed(WebSocketError)
    }

    private struct Client {
        var socket: CInt
        var isOpen = false
        /// An incomplete frame, or an incomplete answer to the upgrade.
        var incoming: [UInt8] = []
        /// Bytes that the socket has not accepted yet.
        var outgoing: [UInt8] = []
    }

    /// Bytes that may wait for the server; beyond this, the client has failed. The default is 1 MiB.
    private static let goingBytesMax = 1 << 20
    private static let mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

    private let host: String, port: Int, path: String, authority: String
    /// Additional header lines of the request.
    private let headers: String
    private let poll: CInt
    private var clients: [Client] = []
    private var ready = [epoll_event](repeating: epoll_event(), count: 1024)
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// `url` is ws://host:port/path; `key` is the server's key, if it needs one.
    public init(_ url: String, key: String? = nil) throws(WebSocketError) {
        guard let parts = URLComponents(string: url),
            let (host, authority) = WebSocketClient.host(parts, scheme: "ws")
        else { throw .badURL(url) }
        (self.host, port, path) = (host, parts.port ?? 80, parts.path.isEmpty ? "/" : parts.path)
        self.authority = authority
        headers = WebSocketClient.headers(key: key).map { "\($0): \($1)\r\n" }.joined()
        poll = epoll_create1(0)
        guard poll >= 0 else { throw .broken(String(cString: strerror(errno))) }
    }

    deinit {
        for client in clients where client.socket >= 0 { Glibc.close(client.socket) }
        Glibc.close(poll)
    }

    /// A masked frame for `send`.
    public static func frame(binary: [UInt8]) -> [UInt8] { WebSocketFrame.masked(2, binary, mask: mask) }
    public static func frame(text: String) -> [UInt8] { WebSocketFrame.masked(1, Array(text.utf8), mask: mask) }

    /// Connects another client and requests the upgrade. It takes a number even if it fails.
    public func open() throws(WebSocketError) {
        clients.append(Client(socket: -1))
        let socket = try WebSocketClient.connect(host, port, timeout: 10), index = clients.count - 1
        clients[index].socket = socket
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = UInt64(index)
        epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event)
        let upgrade =
            "GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(headers)\r\n"
        try send(Array(upgrade.utf8), from: index)
    }

    /// Sends a frame made by `frame`. Does not block: bytes that the socket does not accept wait for the next call.
    public func send(_ frame: [UInt8], from index: Int) throws(WebSocketError) {
        guard clients[index].socket >= 0 else { return }
        guard clients[index].outgoing.isEmpty else {
            clients[index].outgoing += frame
            return try push(index)
        }
        let sent = Glibc.send(clients[index].socket, frame, frame.count, CInt(MSG_NOSIGNAL))
        guard sent < frame.count else { return }
        guard sent >= 0 || errno == EAGAIN else { throw .broken(String(cString: strerror(errno))) }
        clients[index].outgoing += frame[max(0, sent)...]
    }

    private func push(_ index: Int) throws(WebSocketError) {
        let sent = Glibc.send(
            clients[index].socket, clients[index].outgoing, clients[index].outgoing.count, CInt(MSG_NOSIGNAL))
        guard sent >= 0 || errno == EAGAIN else { throw .broken(String(cString: strerror(errno))) }
        clients[index].outgoing.removeFirst(max(0, sent))
        guard clients[index].outgoing.count <= Self.goingBytesMax else { throw .broken("the server takes nothing") }
    }

    /// Passes events to `handler` with the client's number. Waits at most `milliseconds` for the first one.
    public func turn(waiting milliseconds: Int, _ handler: (Int, Event) -> Void) {
        let count = epoll_wait(poll, &ready, CInt(ready.count), CInt(milliseconds))
        for i in 0..<max(0, Int(count)) {
            let index = Int(ready[i].data.u64)
            do throws(WebSocketError) { try read(index, handler) } catch {
                hangUp(index)
                handler(index, .failed(error))
            }
        }
    }

    /// Closes a client's socket without a close frame.
    public func hangUp(_ index: Int) {
        guard clients[index].socket >= 0 else { return }
        Glibc.close(clients[index].socket)
        clients[index].socket = -1
    }

    private func read(_ index: Int, _ handler: (Int, Event) -> Void) throws(WebSocketError) {
        guard clients[index].socket >= 0 else { return }
        let count = recv(clients[index].socket, &buffer, buffer.count, 0)
        guard count > 0 else {
            if count < 0, errno == EAGAIN { return }
            hangUp(index)
            return handler(index, .closed(code: 1006, reason: "closed without a handshake"))
        }
        // Nearly always whole frames arrive; parse them in place.
        guard clients[index].isOpen, clients[index].incoming.isEmpty else {
            clients[index].incoming += buffer[..<count]
            let bytes = clients[index].incoming
            let used = try bytes.withUnsafeBufferPointer { (b) throws(WebSocketError) in try take(b, index, handler) }
            clients[index].incoming.removeFirst(used)
            return
        }
        let used = try buffer.withUnsafeBufferPointer { (b) throws(WebSocketError) in
            try take(UnsafeBufferPointer(rebasing: b[..<count]), index, handler)
        }
        if used < count { clients[index].incoming += buffer[used..<count] }
    }

    /// Parses all complete frames. Returns the number of bytes used.
    private func take(
        _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ handler: (Int, Event) -> Void
    ) throws(WebSocketError) -> Int {
        var used = 0
        if !clients[index].isOpen {
            guard let end = try upgraded(bytes) else { return 0 }
            used = end
            clients[index].isOpen = true
            handler(index, .opened)
        }
        while clients[index].socket >= 0,
            let frame = WebSocketFrame.first(in: UnsafeBufferPointer(rebasing: bytes[used...]))
        {
            let payload = UnsafeBufferPointer(
                rebasing: bytes[used + frame.payload.lowerBound..<used + frame.payload.upperBound])
            used += frame.payload.upperBound
            guard frame.isFinal else { throw .broken("a message came in pieces") }
            try pass(frame.opcode, payload, index, handler)
        }
        return used
    }

    private func pass(
        _ opcode: UInt8, _ payload: UnsafeBufferPointer<UInt8>, _ index: Int, _ handler: (Int, Event) -> Void
    ) throws(WebSocketError) {
        switch opcode {
        case 1: handler(index, .text(String(decoding: payload, as: UTF8.self)))
        case 2: handler(index, .binary(payload))
        case 8:
            let code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : 1005
            let reason = String(decoding: payload.dropFirst(2), as: UTF8.self)
            try send(WebSocketFrame.masked(8, Array(payload.prefix(2)), mask: Self.mask), from: index)
            hangUp(index)
            handler(index, .closed(code: code, reason: reason))
        case 9: try send(WebSocketFrame.masked(10, Array(payload), mask: Self.mask), from: index)
        default: break
        }
    }

    /// Where the head of the answer ends. Nil if it is incomplete; throws if the server refuses.
    private func upgraded(_ bytes: UnsafeBufferPointer<UInt8>) throws(WebSocketError) -> Int? {
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = String(text[..<end.lowerBound])
        let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
        guard status == 101 else { throw .refused(status: status, head: head, body: String(text[end.upperBound...])) }
        return head.utf8.count + 4
    }
}

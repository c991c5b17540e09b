// A blocking websocket client (RFC 6455) for `duet talk` and the tests: one thread sends, one receives.

internal import CSystem
internal import Foundation
internal import Glibc
public import Wire

/// Why a connection failed to open or was lost.
public enum WebSocketError: Error, Hashable, CustomStringConvertible {
    case badURL(String), unreachable(String)
    /// The server answered the upgrade with plain HTTP.
    case refused(status: Int, head: String, body: String)
    case broken(String)

    public var description: String {
        switch self {
        case .badURL(let url): "\(url) is not a URL that can be used here"
        case .unreachable(let why): "no connection: \(why)"
        case .refused(let status, _, let body): "the server refused with HTTP \(status): \(body)"
        case .broken(let why): "the connection broke: \(why)"
        }
    }
}

/// A connected websocket.
public final class WebSocketClient: @unchecked Sendable {
    private let socket: CInt
    private let timeout: Int
    private var pending: [UInt8] = []
    private var message: [UInt8] = []
    private var random: SystemRandomNumberGenerator = .init()
    private var sending = pthread_mutex_t()

    /// `url` is ws://host:port/path; `headers` are added to the request. Blocks at most `timeout` seconds.
    public init(_ url: String, headers: [String: String] = [:], timeout: Int = 10) throws(WebSocketError) {
        guard let parts = URLComponents(string: url), let (host, authority) = Self.host(parts, scheme: "ws") else {
            throw .badURL(url)
        }
        self.timeout = timeout
        socket = try Self.connect(host, parts.port ?? 80, timeout: timeout)
        pthread_mutex_init(&sending, nil)
        let path = (parts.path.isEmpty ? "/" : parts.path) + (parts.query.map { "?" + $0 } ?? "")
        let key = Data((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }).base64EncodedString()
        let more = headers.map { "\($0): \($1)\r\n" }.joined()
        try write(
            Array(
                "GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n\(more)\r\n"
                    .utf8))
        try readHead()
    }

    /// Sends the server's key, if there is one.
    public convenience init(_ url: String, key: String?) throws(WebSocketError) {
        try self.init(url, headers: Self.headers(key: key))
    }

    static func headers(key: String?) -> [String: String] { key.map { ["Authorization": "Bearer \($0)"] } ?? [:] }

    deinit {
        Glibc.close(socket)
        pthread_mutex_destroy(&sending)
    }

    /// The host for name resolution, and as HTTP writes it. Nil if the URL has another scheme or no host.
    static func host(_ url: URLComponents, scheme: String) -> (host: String, authority: String)? {
        guard url.scheme == scheme, let host = url.host else { return nil }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return (bare, (bare.contains(":") ? "[\(bare)]" : bare) + ":\(url.port ?? 80)")
    }

    static func connect(_ host: String, _ port: Int, timeout: Int) throws(WebSocketError) -> CInt {
        var hints = addrinfo(), found: UnsafeMutablePointer<addrinfo>?
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else {
            throw .unreachable("\(host): there is no such host")
        }
        defer { freeaddrinfo(first) }
        var address: UnsafeMutablePointer<addrinfo>? = first
        while let a = address {
            let socket = Glibc.socket(a.pointee.ai_family, a.pointee.ai_socktype, 0)
            var wait = timeval(tv_sec: timeout, tv_usec: 0), one: CInt = 1
            setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
            if Glibc.connect(socket, a.pointee.ai_addr, a.pointee.ai_addrlen) == 0 { return socket }
            Glibc.close(socket)
            address = a.pointee.ai_next
        }
        throw .unreachable("\(host):\(port): \(reason(errno, timeout))")
    }

    /// The system's message, except for a timeout, whose message would mislead.
    private static func reason(_ number: CInt, _ timeout: Int) -> String {
        let isTimeout = [EAGAIN, EINPROGRESS, ETIMEDOUT].contains(number)
        return isTimeout ? "no answer within \(timeout) s" : String(cString: strerror(number)).lowercased()
    }

    private func readHead() throws(WebSocketError) {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let at = pending.indices.first(where: { pending[$0...].starts(with: end) }) {
                let head = String(decoding: pending[..<at], as: UTF8.self)
                let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
                pending.removeFirst(at + 4)
                if status == 101 { return }
                while (try? fill()) == true {}
                throw .refused(status: status, head: head, body: String(decoding: pending, as: UTF8.self))
            }
            guard try fill() else { throw .broken("it was closed without an answer; is that a Duet server?") }
        }
    }

    // MARK: Sending, any thread

    public func send(text: String) throws(WebSocketError) { try frame(1, Array(text.utf8)) }
    public func send(binary: [UInt8]) throws(WebSocketError) { try frame(2, binary) }

    /// Begins the closing handshake.
    public func close(code: UInt16 = 1000) throws(WebSocketError) {
        try frame(8, [UInt8(code >> 8), UInt8(code & 255)])
    }

    /// Sends a raw final frame of any opcode. Tests use it to break the rules.
    func frame(_ opcode: UInt8, _ payload: [UInt8]) throws(WebSocketError) {
        pthread_mutex_lock(&sending)
        defer { pthread_mutex_unlock(&sending) }
        let mask = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
        try write(WebSocketFrame.masked(opcode, payload, mask: mask))
    }

    private func write(_ bytes: [UInt8]) throws(WebSocketError) {
        var sent = 0
        while sent < bytes.count {
            let n = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress! + sent, bytes.count - sent, CInt(MSG_NOSIGNAL))
            }
            if n < 0, errno == EINTR { continue }
            guard n > 0 else { throw .broken(String(cString: strerror(errno))) }
            sent += n
        }
    }

    // MARK: Receiving, one thread

    /// The next message; a close is the last. Nil if none arrives within `seconds`.
    public func receive(timeout seconds: Double = 10) throws(WebSocketError) -> WireMessage? {
        let deadline = Date().addingTimeInterval(seconds)
        while true {
            if let message = try parse() { return message }
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            let count = poll(&entry, 1, CInt(max(0, deadline.timeIntervalSinceNow * 1000)))
            // A signal, such as the one that ends a talk, interrupted the call.
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            guard try fill() else { return .close(code: 1006, reason: "closed without a handshake") }
        }
    }

    /// The next frame, control frames included; sends no pong or close. Nil if none arrives within `seconds`.
    func rawFrame(timeout seconds: Double) throws(WebSocketError) -> (opcode: UInt8, payload: [UInt8])? {
        while true {
            if let (_, opcode, payload) = takeFrame() { return (opcode, payload) }
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, CInt(seconds * 1000)) > 0 else { return nil }
            guard try fill() else { throw .broken("closed") }
        }
    }

    /// Reads what has arrived. Returns false at the end of the stream.
    private func fill() throws(WebSocketError) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16384)
        var n = recv(socket, &buffer, buffer.count, 0)
        while n < 0, errno == EINTR { n = recv(socket, &buffer, buffer.count, 0) }
        if n < 0 {
            if errno == ECONNRESET { return false }
            throw .broken(Self.reason(errno, timeout))
        }
        pending.append(contentsOf: buffer.prefix(n))
        return n > 0
    }

    private func parse() throws(WebSocketError) -> WireMessage? {
        while let (final, opcode, payload) = takeFrame() {
            switch opcode {
            case 8:
                let code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : 1005
                _ = try? frame(8, Array(payload.prefix(2)))
                return .close(code: code, reason: String(decoding: payload.dropFirst(2), as: UTF8.self))
            case 9: try frame(10, payload)
            case 10: break
            default:
                if opcode != 0 { message = [opcode] }
                message += payload
                guard final, let kind = message.first else { continue }
                let body = Array(message.dropFirst())
                return kind == 1 ? .text(String(decoding: body, as: UTF8.self)) : .binary(body)
            }
        }
        return nil
    }

    private func takeFrame() -> (final: Bool, opcode: UInt8, payload: [UInt8])? {
        guard let frame = pending.withUnsafeBufferPointer({ WebSocketFrame.first(in: $0) }) else { return nil }
        defer { pending.removeFirst(frame.payload.upperBound) }
        return (frame.isFinal, frame.opcode, Array(pending[frame.payload]))
    }
}

// One request and its answer, as a script gives it.

import Basics
import Glibc

/// Confined to its connection's thread.
final class ScriptedExchange {
    private let connection: CInt
    /// Counted over all connections, from 1.
    let number: Int
    let request: String
    private(set) var isClosed = false

    init(_ connection: CInt, _ number: Int, _ request: String) {
        (self.connection, self.number, self.request) = (connection, number, request)
    }

    // MARK: What is sent

    /// False when the other side is gone.
    @discardableResult
    func send(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    static let eventsHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// A piece of a chunked body (RFC 9112 §7.1).
    @discardableResult
    func chunk(_ text: String) -> Bool { send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n") }
    func endChunks() { send("0\r\n\r\n") }

    /// A streamed answer, whole.
    func answer(_ events: String) {
        send(Self.eventsHead)
        chunk(events)
        endChunks()
    }

    func respond(_ status: Int, _ body: String = "", headers: String = "") {
        send(
            "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    // MARK: The end

    func close() {
        isClosed = true
        Glibc.close(connection)
    }

    /// Closes with a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    /// When the other side closed the connection; nil if it did not within 20 s. Closes it.
    func waitForClose() -> Instant? {
        defer { close() }
        return Self.isReadable(connection, seconds: 20) && Self.read(connection) == nil ? MonotonicClock.now() : nil
    }

    // MARK: Reading

    private static func isReadable(_ connection: CInt, seconds: CInt) -> Bool {
        var entry = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, seconds * 1000) > 0
    }

    private static func read(_ connection: CInt) -> String? {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(connection, &piece, piece.count, 0)
        return count > 0 ? String(decoding: piece[..<count], as: UTF8.self) : nil
    }

    /// The next request; nil when the connection ends, or rests for 10 s. `rest` is what was read too much.
    static func readRequest(_ connection: CInt, _ rest: inout String) -> String? {
        while true {
            if let head = rest.firstRange(of: "\r\n\r\n") {
                let length = rest[..<head.lowerBound].lowercased().split(separator: "\r\n")
                    .first { $0.hasPrefix("content-length:") }.flatMap { Int($0.dropFirst(15).trimmingPrefix(" ")) }
                let body = rest[head.upperBound...].utf8
                if body.count >= length ?? 0 {
                    let end = body.index(body.startIndex, offsetBy: length ?? 0)
                    defer { rest = String(rest[end...]) }
                    return String(rest[..<end])
                }
            }
            guard isReadable(connection, seconds: 10), let more = read(connection) else { return nil }
            rest += more
        }
    }
}

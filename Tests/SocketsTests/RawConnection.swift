// A bare TCP connection to a server under test.

import Foundation

@testable import Callers
@testable import Sockets

final class RawConnection {
    private let descriptor: CInt
    /// It lasts as long as the connection.
    private let server: EchoServer

    init(_ server: EchoServer) throws {
        self.server = server
        descriptor = try WebSocketClient.connect("127.0.0.1", server.server.port, timeout: 5)
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) }
    func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends no more.
    func finish() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// What comes until the server ends the connection, `count` bytes are there, or `seconds` have passed.
    func read(_ count: Int = .max, seconds: Double = 5) -> (bytes: [UInt8], ended: Bool) {
        let end = Date().addingTimeInterval(seconds)
        var bytes: [UInt8] = [], piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < count {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, CInt(max(0, end.timeIntervalSinceNow * 1000))) > 0 else { return (bytes, false) }
            let got = recv(descriptor, &piece, piece.count, 0)
            guard got > 0 else { return (bytes, true) }
            bytes += piece[..<got]
        }
        return (bytes, false)
    }

    func text(seconds: Double = 5) -> (text: String, ended: Bool) {
        let (bytes, ended) = read(seconds: seconds)
        return (String(decoding: bytes, as: UTF8.self), ended)
    }
}

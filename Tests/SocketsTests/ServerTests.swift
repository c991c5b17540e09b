// The real socket stack on a free port of this machine.

import Foundation
import Testing
import Wire

@testable import Sockets

/// Sends everything back; "boom" closes with 4000, "query" is answered with the connection's.
final class Echo: ConnectionHandler {
    let connection: Connection
    init(_ connection: Connection) { self.connection = connection }

    func received(text: String) {
        switch text {
        case "boom": connection.send([.close(code: 4000, reason: "boom")])
        case "query": connection.send([.text(connection.query)])
        default: connection.send([.text(text)])
        }
    }
    func received(binary: [UInt8]) { connection.send([.binary(binary)]) }
    func closed() {}
}

/// A server that ends with the test.
final class EchoServer {
    let server: Server

    init(full: Bool = false) throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        server = try Server(
            configuration,
            routes: ServerRoutes(
                admit: { request in
                    if request.path != "/echo" { return .refuse(HTTPResponse(status: 404, body: "nothing")) }
                    return full
                        ? .refuse(HTTPResponse(status: 503, body: "full", headers: ["retry-after": "2"])) : .accept
                }, open: { Echo($0) },
                http: { path in
                    path == "/long"
                        ? HTTPResponse(body: String(repeating: "longer\n", count: 500_000))
                        : HTTPResponse(status: path == "/livez" ? 200 : 404, body: "plain\n")
                }))
    }

    deinit { server.stop() }

    func client(_ path: String = "/echo") throws -> WebSocketClient {
        try WebSocketClient("ws://127.0.0.1:\(server.port)\(path)")
    }

    /// Sends raw bytes on a new connection and reads until the server closes or a second has passed.
    func raw(_ requests: [String]) -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in(), wait = timeval(tv_sec: 0, tv_usec: 500_000)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(server.port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var answer = ""
        for request in requests {
            _ = request.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let n = recv(descriptor, &buffer, buffer.count, 0)
                guard n > 0 else { break }
                answer += String(decoding: buffer.prefix(n), as: UTF8.self)
            }
        }
        return answer
    }
}

@Suite struct ServerTests {
    @Test func messagesComeBackWithTheirKind() throws {
        let server = try EchoServer(), client = try server.client()
        try client.send(text: "grüße")
        #expect(try client.receive() == .text("grüße"))
        try client.send(binary: [1, 2, 3])
        #expect(try client.receive() == .binary([1, 2, 3]))
    }

    @Test func aQueryIsNoPartOfThePath() throws {
        let server = try EchoServer()
        for query in ["a=b", "a=b&seed=12,1&c=", "x"] {
            let client = try server.client("/echo?" + query)
            try client.send(text: "query")
            let received = try client.receive()
            #expect(received == .text(query), "\(query): \(String(describing: received))")
        }
    }

    @Test func messagesUpTo64KiBPassAndLongerOnesClose() throws {
        let server = try EchoServer(), client = try server.client()
        let longest = [UInt8](repeating: 7, count: 64 << 10)
        try client.send(binary: longest)
        #expect(try client.receive() == .binary(longest))
        try client.send(binary: longest + [7])
        guard case .close(1009, _)? = try client.receive() else {
            Issue.record("no 1009")
            return
        }
    }

    @Test func textThatIsNotUTF8Closes() throws {
        let server = try EchoServer(), client = try server.client()
        try client.frame(1, [0xff, 0xfe])
        guard case .close(1007, _)? = try client.receive() else {
            Issue.record("no 1007")
            return
        }
    }

    @Test func aCloseCarriesItsCodeAndReason() throws {
        let server = try EchoServer(), client = try server.client()
        try client.send(text: "boom")
        #expect(try client.receive() == .close(code: 4000, reason: "boom"))
    }

    @Test func refusalsAreHTTPAnswers() throws {
        let full = try EchoServer(full: true)
        do {
            _ = try full.client()
            Issue.record("let in")
        } catch WebSocketError.refused(let status, let head, let body) {
            #expect(status == 503 && body == "full" && head.lowercased().contains("retry-after: 2"))
            #expect(head.hasPrefix("HTTP/1.1"))
        }
        do { _ = try full.client("/other") } catch WebSocketError.refused(let status, _, _) { #expect(status == 404) }
    }

    @Test func plainRequestsAreAnswered() throws {
        let server = try EchoServer()
        #expect(server.raw(["GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"]).contains("200 OK"))
        #expect(server.raw(["GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"]).contains("404"))
    }

    /// Longer than libwebsockets' buffer and the system's.
    @Test func aLongAnswerArrivesWholeAndTheConnectionGoesOn() throws {
        let answer = try EchoServer().raw([
            "GET /long HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
            "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
        ])
        #expect(answer.contains("content-length: 3500000"))
        #expect(answer.components(separatedBy: "longer\n").count == 500_001)
        #expect(answer.hasSuffix("plain\n"))
    }

    /// Debian's libwebsockets 4.1.6 reads freed memory here unless the upgrade callback hangs up at once.
    @Test func anUnknownUpgradeOnAKeptConnectionIsHungUpOn() throws {
        let server = try EchoServer()
        for _ in 0..<3 {
            let answer = server.raw([
                "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
                "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: foo\r\nConnection: keep-alive, Upgrade\r\n\r\n",
            ])
            #expect(answer.contains("200 OK") && !answer.contains("101"))
        }
        let client = try server.client()
        try client.send(text: "still here")
        #expect(try client.receive() == .text("still here"))
    }

    @Test func fiftyConnectionsAtOnceAreServed() throws {
        let server = try EchoServer()
        let clients = try (0..<50).map { _ in try server.client() }
        for (i, client) in clients.enumerated() { try client.send(text: "\(i)") }
        for (i, client) in clients.enumerated() { #expect(try client.receive() == .text("\(i)")) }
    }

    @Test func stoppingSaysGoodbye() throws {
        var server: EchoServer? = try EchoServer()
        let client = try server!.client()
        try client.send(text: "hi")
        _ = try client.receive()
        server = nil
        guard case .close(1001, _)? = try client.receive() else {
            Issue.record("no 1001")
            return
        }
    }

    @Test func aTakenPortIsAClearError() throws {
        let server = try EchoServer()
        var configuration = ServerConfiguration()
        configuration.port = server.server.port
        #expect(throws: ServerError.self) {
            _ = try Server(
                configuration,
                routes: ServerRoutes(admit: { _ in .accept }, open: { Echo($0) }, http: { _ in HTTPResponse(body: "") })
            )
        }
    }
}

@Suite struct OutboxTests {
    private let socket = SocketHandle(pointer: OpaquePointer(bitPattern: 8)!)

    @Test func aFullOutboxRefusesWholeSends() {
        let outbox = Outbox(socket: socket, bytesMax: 4)
        #expect(outbox.push([.binary([1, 2]), .binary([3, 4])]) == true)
        #expect(outbox.push([.binary([5])]) == nil)
        #expect(outbox.push([.close(code: 1000, reason: "")]) == false)
        #expect(outbox.push([.text("")]) == nil)
    }

    @Test func whatIsPoppedMakesRoom() {
        let outbox = Outbox(socket: socket, bytesMax: 4)
        _ = outbox.push([.binary([1, 2, 3, 4])])
        guard case .message(.binary([1, 2, 3, 4]), more: false) = outbox.pop() else {
            Issue.record("nothing popped")
            return
        }
        #expect(outbox.push([.binary([1, 2, 3, 4])]) == true)
    }
}

// The real socket stack on a free port of this machine.

import Foundation
import Synchronization
import Testing
import Wire

@testable import Callers
@testable import Sockets

/// Sends everything back; "boom" closes with 4000, "query" is answered with the connection's.
final class Echo: ConnectionHandler {
    let connection: Connection
    /// How connections were closed; 0 for those that were lost.
    let codes: Codes
    init(_ connection: Connection, _ codes: Codes) { (self.connection, self.codes) = (connection, codes) }

    final class Codes: Sendable {
        let all = Mutex<[UInt16]>([])
    }

    func received(text: String) {
        switch text {
        case "boom": connection.send([.close(code: 4000, reason: "boom")])
        case "query": connection.send([.text(connection.request.query)])
        case "remote": connection.send([.text(connection.request.remote)])
        case "request": connection.send([.text("\(connection.request.subprotocols) \(connection.request.headers)")])
        default: connection.send([.text(text)])
        }
    }
    func received(binary: [UInt8]) { connection.send([.binary(binary)]) }
    func closed(code: UInt16?) { codes.all.withLock { $0.append(code ?? 0) } }
}

/// A server that ends with the test.
final class EchoServer {
    let server: Server
    let codes = Echo.Codes()

    init(full: Bool = false, changing: (inout ServerConfiguration) -> Void = { _ in }) throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.subprotocols = ["one", "two"]
        let codes = codes
        changing(&configuration)
        server = try Server(
            configuration,
            routes: ServerRoutes(
                admit: { request in
                    if request.path != "/echo" { return .refuse(HTTPResponse(status: 404, body: "nothing")) }
                    return full
                        ? .refuse(HTTPResponse(status: 503, body: "full", headers: ["retry-after": "2"])) : .accept
                }, open: { Echo($0, codes) },
                http: { request in
                    request.method == "POST"
                        ? HTTPResponse(
                            body: "\(request.headers["api-key"] ?? "")|" + String(decoding: request.body, as: UTF8.self)
                        )
                        : request.path == "/long"
                            ? HTTPResponse(body: String(repeating: "longer\n", count: 500_000))
                            : HTTPResponse(status: request.path == "/livez" ? 200 : 404, body: "plain\n")
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

    /// Debian's libwebsockets 4.1.6 hangs up on longer ones unless it is told to cut them.
    @Test func longSubprotocolsAndExtensionsDoNotKeepAClientOut() throws {
        let server = try EchoServer(), key = "dGhlIHNhbXBsZSBub25jZQ=="
        for (name, value) in [
            ("Protocol", "one, " + String(repeating: "k", count: 121)),
            ("Protocol", "one, " + String(repeating: "k", count: 1000)),
            ("Extensions", String(repeating: "e", count: 250)), ("Extensions", String(repeating: "e", count: 1000)),
        ] {
            let answer = server.raw([
                "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: \(key)\r\n"
                    + "Sec-WebSocket-\(name): \(value)\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ])
            #expect(answer.contains("101"), "\(name) of \(value.count)")
            #expect(answer.contains("Protocol: one") == (name == "Protocol"), "\(name) of \(value.count)")
        }
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
        #expect(try client.receive() == .close(code: 1009, reason: "message too large: at most 65536 bytes"))
    }

    @Test func textThatIsNotUTF8Closes() throws {
        let server = try EchoServer(), client = try server.client()
        try client.frame(1, [0xff, 0xfe])
        guard case .close(1007, _)? = try client.receive() else {
            Issue.record("no 1007")
            return
        }
    }

    @Test func aCloseIsAnsweredByItsLikeAndABrokenOneByNothing() throws {
        let server = try EchoServer(), code: [UInt8] = [0x03, 0xe8]
        for (payload, answer) in [
            ([], .close(code: 1005, reason: "")), (code + "bye".utf8, .close(code: 1000, reason: "bye")),
            ([3], .close(code: 1006, reason: "closed without a handshake")),
            (code + [0xff], .close(code: 1006, reason: "closed without a handshake")),
        ] as [([UInt8], WireMessage)] {
            let client = try server.client()
            try client.frame(8, payload)
            let received = try client.receive()
            #expect(received == answer, "\(payload): \(String(describing: received))")
        }
    }

    @Test func aCloseCarriesItsCodeAndReason() throws {
        let server = try EchoServer(), client = try server.client()
        try client.send(text: "boom")
        #expect(try client.receive() == .close(code: 4000, reason: "boom"))
    }

    /// While an answer is on its way, longer than a page: Scripts/soak found it.
    @Test func aCloseIsAnsweredInTheMiddleOfMessages() throws {
        let server = try EchoServer(), text = String(repeating: "x", count: 8000), count = 20
        for _ in 0..<count {
            let client = try server.client()
            for _ in 0..<10 { try client.send(text: text) }
            try client.close()
            var last: WireMessage?
            repeat { last = try client.receive(timeout: 2) } while last == .text(text)
            #expect(last == .close(code: 1000, reason: ""))
        }
        // The last client knows sooner than the server's handler.
        for _ in 0..<200 where server.codes.all.withLock({ $0.count }) < count { usleep(10_000) }
        let codes = server.codes.all.withLock { $0 }
        #expect(codes == Array(repeating: 1000, count: count))
    }

    @Test func howAConnectionEndedIsKnown() throws {
        let server = try EchoServer()
        func code(_ end: (WebSocketClient) throws -> Void) throws -> UInt16? {
            let before = server.codes.all.withLock { $0.count }
            try end(server.client())
            for _ in 0..<200 where server.codes.all.withLock({ $0.count }) == before { usleep(10_000) }
            return server.codes.all.withLock { $0.count > before ? $0.last : nil }
        }
        #expect(try code { try $0.close(code: 1000) } == 1000)
        #expect(try code { try $0.close(code: 4001) } == 4001)
        #expect(try code { try $0.frame(8, []) } == 1005, "without a code")
        #expect(try code { _ in } == 0, "the connection was lost")
        #expect(
            try code { client in
                try client.send(text: "boom")
                _ = try client.receive()
            } == 4000, "the server's own")
        #expect(
            try code { client in
                try client.send(binary: [UInt8](repeating: 0, count: (64 << 10) + 1))
                _ = try client.receive()
            } == 1009)
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

    @Test func aBodyIsReadWhole() throws {
        let server = try EchoServer(), body = String(repeating: "x", count: 10_000)
        let post = "POST /secrets HTTP/1.1\r\nHost: x\r\nApi-Key: k\r\nContent-Length: "
        #expect(server.raw([post + "10000\r\n\r\n" + body]).hasSuffix("\r\n\r\nk|" + body))
        #expect(server.raw([post + "0\r\n\r\n"]).hasSuffix("\r\n\r\nk|"))
        // A keep-alive connection goes on.
        let twice = server.raw([post + "2\r\n\r\nab", post + "2\r\n\r\ncd"])
        #expect(twice.contains("k|ab") && twice.hasSuffix("k|cd"))
        let tooLong = String(repeating: "x", count: 70_000)
        #expect(server.raw([post + "70000\r\n\r\n" + tooLong]).hasPrefix("HTTP/1.1 413"))
    }

    @Test func aSubprotocolIsChosenAmongThoseOffered() throws {
        let server = try EchoServer()
        func answer(_ offered: String?) -> String {
            let header = offered.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? ""
            return server.raw([
                "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(header)\r\n"
            ]).lowercased()
        }
        #expect(answer("two").contains("sec-websocket-protocol: two"))
        #expect(answer("secret.abc, one, three").contains("sec-websocket-protocol: one"))
        let none = answer(nil)
        #expect(none.contains("101") && !none.contains("sec-websocket-protocol"))
    }

    @Test func aConnectionKnowsItsHeaders() throws {
        let server = try EchoServer()
        let client = try WebSocketClient(
            "ws://127.0.0.1:\(server.server.port)/echo",
            headers: ["Authorization": "Bearer b", "OpenAI-Beta": "realtime=v1", "Sec-WebSocket-Protocol": "x, two"])
        try client.send(text: "request")
        guard case .text(let text)? = try client.receive() else {
            Issue.record("no answer")
            return
        }
        #expect(text.contains("\"x\", \"two\"") && text.contains("\"openai-beta\": \"realtime=v1\""), "\(text)")
        #expect(text.contains("\"authorization\": \"Bearer b\""), "\(text)")
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
                routes: ServerRoutes(
                    admit: { _ in .accept }, open: { Echo($0, Echo.Codes()) }, http: { _ in HTTPResponse(body: "") })
            )
        }
    }
}

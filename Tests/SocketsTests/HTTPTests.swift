// What the server answers to plain HTTP and to upgrades, byte by byte (RFC 9112, RFC 6455 §4.2).

import Foundation
import Testing
import Wire

@testable import Callers
@testable import Sockets

@Suite struct HTTPTests {
    private static let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        version = "Sec-WebSocket-Version: 13\r\n"

    private static func upgrade(_ headers: String, to path: String = "/echo") -> String {
        "GET \(path) HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\(headers)\r\n"
    }

    /// How many answers there are, and the first one's status.
    private static func told(_ answer: String) -> (count: Int, status: Int) {
        let parts = answer.components(separatedBy: "HTTP/1.1 ")
        return (parts.count - 1, parts.count > 1 ? Int(parts[1].prefix(3)) ?? 0 : 0)
    }

    /// A browser sends to localhost the cookies of all that ever ran there.
    @Test(arguments: [1000, 4000, 8000, 15_000]) func longHeadsAreTaken(_ bytes: Int) throws {
        let server = try EchoServer(), cookie = "Cookie: s=" + String(repeating: "x", count: bytes) + "\r\n"
        #expect(Self.told(server.raw(["GET /livez HTTP/1.1\r\nHost: x\r\n\(cookie)\r\n"])) == (1, 200))
        #expect(server.raw([Self.upgrade(Self.key + Self.version + cookie)]).hasPrefix("HTTP/1.1 101"))
    }

    @Test func longerHeadsThan16KiBAreTooLarge() throws {
        let server = try EchoServer()
        func status(_ total: Int) -> Int {
            let head = "GET /livez HTTP/1.1\r\nHost: x\r\nCookie: "
            return Self.told(
                server.raw([head + String(repeating: "x", count: total - head.utf8.count - 4) + "\r\n\r\n"])
            ).status
        }
        #expect(status(16 << 10) == 200)
        #expect(status((16 << 10) + 1) == 431)
        #expect(status(40 << 10) == 431)
    }

    @Test func anAnswerToHEADHasNoBody() throws {
        let answer = try EchoServer().raw(["HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n"])
        #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("\r\n\r\n"), "\(answer)")
        #expect(answer.lowercased().contains("content-length: 6"))
    }

    private static let bodies: [(String, Int)] = [
        ("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 35\r\n\r\nGET /livez HTTP/1.1\r\nHost: evil\r\n\r\n", 200),
        (
            "GET /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n23\r\nGET /livez HTTP/1.1\r\nHost: evil\r\n\r\n\r\n0\r\n\r\n",
            200
        ),
        (
            "POST /secrets HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}GET /livez HTTP/1.1\r\nHost: evil\r\n\r\n",
            400
        ),
        (
            "POST /secrets HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 38\r\n\r\n{}GET /livez HTTP/1.1\r\nHost: evil\r\n\r\n",
            400
        ),
        (
            "POST /secrets HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nGET /livez HTTP/1.1\r\nHost: evil\r\n\r\n",
            400
        ),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400), ("GET /livez HTTP/1.1\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nX: b\r\n  c\r\n\r\n", 400),
    ]

    /// None of these may be taken for a second request.
    @Test(arguments: bodies) func aBodyIsNoRequest(_ request: String, _ status: Int) throws {
        #expect(Self.told(try EchoServer().raw([request])) == (1, status))
    }

    @Test func aChunkedBodyIsRead() throws {
        let post = "POST /secrets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        let answer = try EchoServer().raw([
            post + "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX: y\r\n\r\n", post + "0\r\n\r\n",
        ])
        #expect(answer.contains("|hello world") && Self.told(answer) == (2, 200), "\(answer)")
    }

    private static let upgrades: [(String, Int)] = [
        (key + "Sec-WebSocket-Version: 8\r\n", 426), (key + "Sec-WebSocket-Version: 14\r\n", 426), (key, 426),
        (version, 400),
        (key + key + version, 400), ("Sec-WebSocket-Key: c2hvcnQ=\r\n" + version, 400),
    ]

    @Test(arguments: upgrades)
    func anUpgradeThatCannotBeIsRefused(_ headers: String, _ status: Int) throws {
        let answer = try EchoServer().raw([Self.upgrade(headers)])
        #expect(Self.told(answer) == (1, status), "\(answer)")
        #expect(answer.lowercased().contains("sec-websocket-version: 13") == (status == 426))
    }

    @Test func aTargetMayBeAbsolute() throws {
        #expect(Self.told(try EchoServer().raw(["GET http://x:1/livez HTTP/1.1\r\nHost: y\r\n\r\n"])) == (1, 200))
    }

    /// A browser can put a key nowhere else.
    @Test func aLongKeyAmongTheSubprotocolsIsKnown() throws {
        let server = try EchoServer(), key = "openai-insecure-api-key." + String(repeating: "k", count: 2000)
        let client = try WebSocketClient(
            "ws://127.0.0.1:\(server.server.port)/echo", headers: ["Sec-WebSocket-Protocol": "\(key), two"])
        try client.send(text: "request")
        guard case .text(let text)? = try client.receive() else {
            Issue.record("no answer")
            return
        }
        #expect(text.contains("\"\(key)\", \"two\""))
    }

    @Test(arguments: ["seed=%00", "seed=%", "seed=%zz", "a=%26b"]) func aQueryArrivesAsItWasSent(_ query: String) throws
    {
        let answer = try EchoServer().raw([Self.upgrade(Self.key + Self.version, to: "/echo?" + query)])
        #expect(answer.hasPrefix("HTTP/1.1 101"), "\(answer)")
    }

    /// A piece now and then does not keep a request alive.
    @Test func aSlowBodyIsCut() throws {
        let server = try EchoServer { $0.bodySeconds = 1 }
        let begun = Date()
        let answer = server.raw(
            ["POST /secrets HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"] + (0..<8).map { _ in "x" })
        #expect(answer.hasPrefix("HTTP/1.1 408"), "\(answer)")
        #expect(Date().timeIntervalSince(begun) < 6)
    }
}

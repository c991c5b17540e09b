// Connections before they are websockets: how long they may take, how many there are, and what happens without descriptors.

import Foundation
import Synchronization
import Testing
import Wire

@testable import Callers
@testable import Sockets

@Suite struct FrontTests {
    private static let get = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let upgrade =
        "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

    private static func answers(_ text: String) -> Int { text.components(separatedBy: "HTTP/1.1 200").count - 1 }

    @Test func requestsThatComeTogetherAreAllAnswered() throws {
        let server = try EchoServer(), connection = try RawConnection(server)
        connection.send(String(repeating: Self.get, count: 300))
        connection.finish()
        let (text, ended) = connection.text()
        #expect(Self.answers(text) == 300 && ended)
    }

    @Test func whoSendsNoMoreIsStillAnswered() throws {
        let server = try EchoServer(), connection = try RawConnection(server)
        connection.send(Self.get)
        connection.finish()
        #expect(connection.text().text.hasSuffix("plain\n"))
    }

    @Test(arguments: [0, 1, 5, 11]) func framesMayComeWithTheUpgrade(_ cut: Int) throws {
        let server = try EchoServer(), connection = try RawConnection(server)
        let frames =
            WebSocketFrame.masked(1, Array("hi".utf8), mask: [1, 2, 3, 4])
            + WebSocketFrame.masked(2, [UInt8](repeating: 7, count: 3), mask: [5, 6, 7, 8])
        connection.send(Array(Self.upgrade.utf8) + frames[..<cut])
        let head = connection.read(1).bytes
        usleep(50_000)
        connection.send(Array(frames[cut...]))
        let (rest, _) = connection.read(seconds: 0.5)
        let all = head + rest
        #expect(all.starts(with: Array("HTTP/1.1 101".utf8)))
        #expect(all.suffix(9) == [0x81, 2, 0x68, 0x69, 0x82, 3, 7, 7, 7], "\(all.suffix(9))")
    }

    @Test func largeFramesMayComeWithTheUpgrade() throws {
        let server = try EchoServer(), connection = try RawConnection(server)
        let frame = WebSocketFrame.masked(2, [UInt8](repeating: 9, count: 60_000), mask: [1, 2, 3, 4])
        connection.send(Array(Self.upgrade.utf8) + frame)
        let all = connection.read(60_100, seconds: 2).bytes
        #expect(all.suffix(60_000) == ArraySlice([UInt8](repeating: 9, count: 60_000)))
    }

    // MARK: Time

    @Test func whoAsksForNothingIsLetGo() throws {
        let server = try EchoServer { $0.idleSeconds = 1 }, silent = try RawConnection(server)
        let kept = try RawConnection(server)
        kept.send(Self.get)
        #expect(silent.read(seconds: 3) == ([], true))
        #expect(kept.text(seconds: 3).ended)
    }

    @Test(arguments: ["GET /li", Self.get.dropLast(2) + "X: "]) func aSlowHeadIsCut(_ head: String) throws {
        let server = try EchoServer { $0.headSeconds = 1 }, slow = try RawConnection(server), begun = Date()
        slow.send(head)
        for _ in 0..<6 where Date().timeIntervalSince(begun) < 2 {
            usleep(300_000)
            slow.send("a")
        }
        let (text, ended) = slow.text(seconds: 3)
        #expect(text.hasPrefix("HTTP/1.1 408") && ended, "\(text)")
    }

    /// The page is long; a client that takes none of it must not keep it.
    @Test func aLongAnswerHoldsNobodyUp() throws {
        let server = try EchoServer(), greedy = try (0..<4).map { _ in try RawConnection(server) }
        for connection in greedy { connection.send("GET /long HTTP/1.1\r\nHost: x\r\n\r\n") }
        let other = try RawConnection(server)
        other.send(Self.get)
        #expect(Self.answers(String(decoding: other.read(20).bytes, as: UTF8.self)) == 1)
    }

    @Test func manyConnectionsMayCloseAtOnce() throws {
        let server = try EchoServer(), client = try server.client()
        do {
            let crowd = try (0..<400).map { _ in try RawConnection(server) }
            withExtendedLifetime(crowd) {}
        }
        let begun = Date()
        try client.send(text: "still here")
        #expect(try client.receive() == .text("still here") && Date().timeIntervalSince(begun) < 1)
    }

    // MARK: Descriptors

    /// How often accept was tried, and whether it fails.
    private final class Fault: Sendable {
        let left = Atomic(0), tries = Atomic(0)

        func next() -> CInt? {
            guard left.load(ordering: .relaxed) > 0 else { return nil }
            tries.wrappingAdd(1, ordering: .relaxed)
            left.wrappingSubtract(1, ordering: .relaxed)
            return EMFILE
        }
    }

    @Test func withoutDescriptorsTheServerWaitsAndSaysSo() throws {
        let fault = Fault(), lines = Mutex<[String]>([]), health = SocketHealth()
        let told: @Sendable (String) -> Void = { line in lines.withLock { $0.append(line) } }
        let server = try EchoServer {
            $0.acceptFault = fault.next
            $0.health = health
            $0.log = told
        }
        fault.left.store(.max, ordering: .relaxed)
        let connection = try RawConnection(server)
        connection.send(Self.get)
        #expect(connection.read(seconds: 1) == ([], false))
        #expect(health.isAcceptFailing && health.acceptFailures > 2)
        #expect(fault.tries.load(ordering: .relaxed) < 30, "it tries without a pause")
        fault.left.store(0, ordering: .relaxed)
        #expect(connection.text(seconds: 1).text.hasSuffix("plain\n"))
        #expect(!health.isAcceptFailing)
        #expect(lines.withLock { $0 }.count == 2, "\(lines.withLock { $0 })")
    }

    @Test func whoAsksForNothingMakesRoomForOthers() throws {
        let fault = Fault(), health = SocketHealth()
        let server = try EchoServer {
            $0.acceptFault = fault.next
            $0.health = health
        }
        let client = try server.client(), idle = try RawConnection(server), later = try RawConnection(server)
        usleep(200_000)
        fault.left.store(1, ordering: .relaxed)
        let guest = try RawConnection(server)
        guest.send(Self.get)
        #expect(guest.text(seconds: 1).text.hasSuffix("plain\n"))
        #expect(idle.read(seconds: 1) == ([], true), "the oldest goes")
        #expect(later.read(seconds: 0.1) == ([], false) && health.shed == 1 && !health.isAcceptFailing)
        try client.send(text: "still here")
        #expect(try client.receive() == .text("still here"))
    }
}

// Many clients on one thread against the real socket stack.

import Foundation
import Testing
import Wire

@testable import Callers
@testable import Sockets

@Suite struct WebSocketSwarmTests {
    /// Turns until `count` events have come, at most 5 s.
    private func events(_ swarm: WebSocketSwarm, _ count: Int, seen: (Int, WebSocketSwarm.Event) -> Void) {
        var left = count
        for _ in 0..<500 where left > 0 {
            swarm.turn(waiting: 10) { index, event in
                left -= 1
                seen(index, event)
            }
        }
        #expect(left <= 0, "\(left) events are missing")
    }

    @Test func everyClientHearsItsOwnEcho() throws {
        let server = try EchoServer(), swarm = try WebSocketSwarm("ws://127.0.0.1:\(server.server.port)/echo")
        for _ in 0..<40 { try swarm.open() }
        events(swarm, 40) { _, event in if case .opened = event {} else { Issue.record("\(event)") } }
        for index in 0..<40 {
            try swarm.send(
                WebSocketSwarm.frame(binary: [UInt8](repeating: UInt8(index), count: 100 * index)), from: index)
        }
        var heard: [Int: [UInt8]] = [:]
        events(swarm, 40) { index, event in if case .binary(let bytes) = event { heard[index] = Array(bytes) } }
        #expect((0..<40).allSatisfy { heard[$0] == [UInt8](repeating: UInt8($0), count: 100 * $0) })
    }

    @Test func largeMessagesTextsAndClosesArrive() throws {
        let server = try EchoServer(), swarm = try WebSocketSwarm("ws://127.0.0.1:\(server.server.port)/echo")
        try swarm.open()
        events(swarm, 1) { _, _ in }
        let large = [UInt8](repeating: 7, count: 64 << 10)
        try swarm.send(WebSocketSwarm.frame(binary: large), from: 0)
        events(swarm, 1) { _, event in
            if case .binary(let bytes) = event { #expect(Array(bytes) == large) } else { Issue.record("\(event)") }
        }
        try swarm.send(WebSocketSwarm.frame(text: "grüße"), from: 0)
        events(swarm, 1) { _, event in
            if case .text(let text) = event { #expect(text == "grüße") } else { Issue.record("\(event)") }
        }
        try swarm.send(WebSocketSwarm.frame(text: "boom"), from: 0)
        events(swarm, 1) { _, event in
            if case .closed(let code, let reason) = event { #expect(code == 4000 && reason == "boom") }
        }
    }

    @Test func aRefusalIsAFailure() throws {
        let server = try EchoServer(full: true)
        let swarm = try WebSocketSwarm("ws://127.0.0.1:\(server.server.port)/echo")
        try swarm.open()
        events(swarm, 1) { _, event in
            if case .failed(.refused(let status, _, _)) = event {
                #expect(status == 503)
            } else {
                Issue.record("\(event)")
            }
        }
        #expect(throws: WebSocketError.self) { _ = try WebSocketSwarm("http://127.0.0.1/echo") }
    }

    /// 125 bytes in the first form, 126 in the second, 65536 in the third (RFC 6455 §5.2).
    @Test(arguments: [0, 125, 126, 65535, 65536]) func framesAreFoundWhenTheyAreComplete(_ count: Int) throws {
        let masked = WebSocketFrame.masked(2, [UInt8](repeating: 9, count: count), mask: [0, 0, 0, 0])
        #expect(masked.count == count + (count < 126 ? 6 : count < 65536 ? 8 : 14))
        // As a server sends it: without the mask.
        var plain = masked
        plain.removeSubrange(masked.count - count - 4..<masked.count - count)
        plain[1] &= 0x7f
        let frame = try #require(plain.withUnsafeBufferPointer(WebSocketFrame.first))
        #expect(frame.isFinal && frame.opcode == 2 && frame.payload == plain.count - count..<plain.count)
        #expect(plain.dropLast().withContiguousStorageIfAvailable { WebSocketFrame.first(in: $0) == nil } == true)
    }
}

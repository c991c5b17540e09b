// Pings either way (RFC 6455 §5.5.2, §5.5.3).

import Foundation
import Testing
import Wire

@testable import Callers
@testable import Sockets

@Suite struct PingTests {
    /// libwebsockets' own keep-alive writes into the buffer in which the answer to a client's ping waits (its issue 2413).
    @Test func aPongCarriesItsPingsBytesAlsoWhileTheServerPings() throws {
        let server = try EchoServer {
            $0.pingSeconds = 1
            $0.hangUpSeconds = 20
        }
        let clients = try (0..<24).map { _ in try server.client() }
        var sent = 0, strays: [[UInt8]] = [], pongs = 0, pings = 0
        let end = Date().addingTimeInterval(4.5)
        while Date() < end {
            for client in clients {
                let payload = (0..<8).map { UInt8(truncatingIfNeeded: sent >> (8 * $0)) }
                sent += 1
                try client.frame(9, payload)
                while let (opcode, bytes) = try client.rawFrame(timeout: 0) {
                    if opcode == 9 { pings += 1 }
                    guard opcode == 10 else { continue }
                    pongs += 1
                    let number = bytes.enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
                    if bytes.count != 8 || number >= sent { strays.append(bytes) }
                }
            }
            // A flood would leave the server no time for pings of its own.
            usleep(5000)
        }
        #expect(pings >= 24, "the server did not ping")
        #expect(pongs > 0, "the server did not answer")
        #expect(strays.isEmpty, "\(strays.count) of \(pongs) pongs with bytes that nobody sent: \(strays.prefix(3))")
    }

    /// By the ping's own bytes, none here, or of its own accord.
    @Test(arguments: [[], [1, 2, 3]] as [[UInt8]]) func whoSendsPongsIsKept(_ payload: [UInt8]) throws {
        let server = try EchoServer {
            $0.pingSeconds = 1
            $0.hangUpSeconds = 3
        }
        let client = try server.client(), begun = Date()
        var pings = 0
        while Date().timeIntervalSince(begun) < 7 {
            guard let frame = try client.rawFrame(timeout: 0.5), frame.opcode == 9 else { continue }
            pings += 1
            try client.frame(10, payload + frame.payload)
        }
        #expect(pings >= 4, "one a second")
        try client.send(text: "still here")
        var text: [UInt8] = []
        for _ in 0..<5 where text.isEmpty {
            if let frame = try client.rawFrame(timeout: 2), frame.opcode == 1 { text = frame.payload }
        }
        #expect(text == Array("still here".utf8))
    }

    @Test func aClientThatAnswersNoPingIsHungUpOn() throws {
        let server = try EchoServer {
            $0.pingSeconds = 1
            $0.hangUpSeconds = 2
        }
        let deaf = try server.client(), begun = Date()
        var isOpen = true
        while isOpen, Date().timeIntervalSince(begun) < 8 {
            do { _ = try deaf.rawFrame(timeout: 1) } catch { isOpen = false }
        }
        #expect(!isOpen && Date().timeIntervalSince(begun) > 1.5)
    }
}

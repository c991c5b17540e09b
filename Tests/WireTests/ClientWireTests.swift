// The clients of every protocol, against the server's side of it.

import Audio
import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct ClientWireTests {
    /// A protocol and its client: what the server is asked for, and what the client makes of what it is told.
    private final class Pair {
        let wire: any WireProtocol, client: any ClientWire
        var asked: [ClientAction] = [], began = false
        private(set) var heard: [ClientReceived] = []

        init(_ path: String) throws {
            wire = WireProtocols.entry(path: path)!.make()
            client = try ClientWires.make(path: path, format: AudioFormat(codec: .pcm, rate: 16_000)!)!
            take(wire.opened(UpgradeRequest(path: path)))
            for message in client.opening() { send(message) }
        }

        func send(_ message: WireMessage) {
            switch message {
            case .text(let text): take(wire.received(text: text))
            case .binary(let bytes): take(wire.received(binary: bytes).map { [$0] } ?? [])
            case .close: asked.append(.close)
            }
        }

        func encode(_ event: ServerEvent, at seconds: Double = 0) {
            for message in wire.encode(event) { receive(message, at: seconds) }
        }

        private func take(_ actions: [ClientAction]) {
            for action in actions {
                if let message = action.reply { receive(message, at: 0) } else { asked.append(action) }
                if case .start = action { encode(.started(id: "duet_1", model: "m")) }
            }
        }

        private func receive(_ message: WireMessage, at seconds: Double) {
            began = began || client.begins(message)
            heard += client.read(message, at: seconds)
        }

        /// Types of the events so far, with an answer's text and whether it was broken off.
        var told: [String] {
            heard.compactMap { heard in
                guard case .event(let text, _) = heard,
                    let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
                    let type = event["type"] as? String
                else { return nil }
                let isBroken = event["interrupted"] as? Bool == true
                return type + ((event["text"] as? String).map { " " + $0 + (isBroken ? " …" : "") } ?? "")
            }
        }

        var sampleCount: Int { heard.reduce(0) { if case .audio(let samples) = $1 { $0 + samples.count } else { $0 } } }
    }

    private static let paths = ["/v1/duplex", "/v1/live/sessions", "/v1/realtime", "/api/chat"]

    @Test(arguments: paths) func audioGoesBothWays(_ path: String) throws {
        let pair = try Pair(path)
        #expect(pair.began)
        let voice = (0..<16_000).map { Float(sin(Double($0) / 8)) * 0.3 }
        for start in stride(from: 0, to: voice.count, by: 320) {
            for message in try pair.client.encode(Array(voice[start..<start + 320])) { pair.send(message) }
            _ = pair.wire.advanced()
        }
        // What waits, and what a resampler or a packet holds back.
        let asked = pair.asked.reduce(0) { $0 + $1.sampleCount(.standard) }
        #expect(asked > 3500 && pair.asked.contains { if case .start = $0 { true } else { false } })
        pair.encode(.assistantText(" hi", start: 0, end: 80))
        for i in 0..<10 { pair.encode(.audio(Array(voice[i * 1280..<(i + 1) * 1280])), at: Double(i) * 0.08) }
        #expect(abs(pair.sampleCount - 12_800) < 1300, "\(pair.sampleCount)")
        pair.send(pair.client.closing())
        #expect(pair.asked.last == .close)
    }

    /// A question, and an answer that is broken off by another question.
    @Test(arguments: paths) func turnsAreToldAsTheNativeProtocolTellsThem(_ path: String) throws {
        let pair = try Pair(path)
        let loud = [Float](repeating: 0.3, count: 1280), quiet = [Float](repeating: 0, count: 1280)
        var slice: Int64 = 0
        func pass(_ count: Int, _ samples: [Float]) {
            for _ in 0..<count {
                pair.encode(.audio(samples), at: Double(slice) * 0.08)
                slice += 1
            }
        }
        func now() -> Double { Double(slice) * 0.08 }
        pair.encode(.userText(" who", start: 0, end: 80), at: now())
        pair.encode(.userDone("who", start: 0, end: 800), at: now())
        pair.encode(.assistantText(" once", start: 0, end: 80), at: now())
        pair.encode(.speaking(at: 0), at: now())
        pass(5, loud)
        pair.encode(.userText(" stop", start: 0, end: 80), at: now())
        pair.encode(.listening(at: 0), at: now())
        pair.encode(.interrupted(at: 0), at: now())
        pair.encode(.assistantDone("once", interrupted: true, start: 0, end: 0), at: now())
        pass(4, quiet)
        pair.encode(.userDone("stop", start: 0, end: 800), at: now())
        pair.encode(.assistantText(" yes", start: 0, end: 80), at: now())
        pair.encode(.speaking(at: 0), at: now())
        pass(3, loud)
        pair.encode(.assistantDone("yes", interrupted: false, start: 0, end: 0), at: now())
        pair.encode(.listening(at: 0), at: now())
        pass(20, quiet)
        let done = pair.told.filter { $0.contains("done") }
        let answers = done.filter { $0.contains("output") }.map {
            $0.split(separator: " ").dropFirst().joined(separator: " ")
        }
        // Moshi's client is not told what the user says, and cannot know why an answer ended.
        #expect(answers == (path == "/api/chat" ? ["once yes"] : ["once …", "yes"]), "\(pair.told)")
        let user = done.filter { $0.contains("input") }.map { $0.split(separator: " ").last! }
        #expect(user == (path == "/api/chat" ? [] : ["who", "stop"]), "\(pair.told)")
    }
}

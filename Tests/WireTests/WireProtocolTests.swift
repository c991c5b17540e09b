// Conformance: what every protocol of the table must do, and what the native one promises.

import Audio
import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct WireProtocolTests {
    private func codes(_ messages: [WireMessage]) -> [UInt16] {
        messages.compactMap { if case .close(let code, _) = $0 { code } else { nil } }
    }

    private func failure(_ actions: [ClientAction]) -> (code: UInt16, text: String)? {
        guard case .fail(let messages)? = actions.first, let code = codes(messages).first else { return nil }
        let texts = messages.compactMap { if case .text(let text) = $0 { text } else { nil } }
        return (code, texts.joined())
    }

    private func reply(_ actions: [ClientAction]) -> String? {
        guard actions.count == 1 else { return nil }
        switch actions[0] {
        case .reply(.text(let text)), .refuse(.text(let text)): return text
        default: return nil
        }
    }

    private func failure(_ action: ClientAction?) -> (code: UInt16, text: String)? {
        action.flatMap { failure([$0]) }
    }

    private func reply(_ action: ClientAction?) -> String? { action.flatMap { reply([$0]) } }

    private let start =
        #"{"type":"session.start","session":{"audio":{"input":{"type":"audio/pcm","rate":16000},"output":{"type":"audio/pcm","rate":16000}},"seed":5,"more":1},"x":[]}"#

    private func started() -> DuetProtocol {
        let wire = DuetProtocol(.standard)
        _ = wire.received(text: start)
        return wire
    }

    @Test func everyProtocolRefusesAudioBeforeItsStart() {
        for entry in WireProtocols.all {
            #expect(failure(entry.make().received(binary: [0, 0]))?.code == 1008, "\(entry.name)")
        }
    }

    @Test func everyProtocolGivesUpOnAClientThatNeverStarts() {
        for entry in WireProtocols.all { #expect(codes(entry.make().timedOut()) == [1008], "\(entry.name)") }
    }

    @Test func everyProtocolEndsAFloodOfEvents() {
        for entry in WireProtocols.all { #expect(codes(entry.make().flooded()) == [1008], "\(entry.name)") }
    }

    @Test func everyEntryKeepsWhatItPromises() throws {
        let paths = WireProtocols.all.flatMap { [$0.path] + $0.keyRoutes.map(\.path) }
        #expect(Set(paths).count == paths.count, "a path has one meaning")
        for entry in WireProtocols.all {
            #expect(entry.headers.allSatisfy { $0 == $0.lowercased() && UpgradeRequest.headerNames.contains($0) })
            #expect(entry.resumes == (entry.make() is any ResumableProtocol), "\(entry.name)")
            let client = try ClientWires.make(path: entry.path, format: .standard)
            #expect((client == nil) == (entry.isSigned != nil), "\(entry.name): who only calls has no client here")
        }
    }

    @Test func keysAreAskedForWhereAProtocolHasThem() throws {
        #expect(WireProtocols.keyRoute(path: "/v1/realtime") == nil)
        for (path, seconds) in [("/v1/realtime/client_secrets", 600), ("/v1/realtime/sessions", 60)] {
            let route = try #require(WireProtocols.keyRoute(path: path))
            #expect(try route.read([], "m").seconds == seconds)
            #expect(throws: KeyRefusal.self) { try route.read(Array("[]".utf8), "m") }
        }
    }

    @Test func pathsAreFoundAndUnknownOnesAreNot() {
        #expect(WireProtocols.entry(path: "/v1/duplex")?.name == "duet")
        #expect(WireProtocols.entry(path: "/v1/duplex/") == nil)
    }

    @Test func theFirstEventMustStartTheSession() {
        #expect(
            failure(DuetProtocol(.standard).received(text: "{\"type\":\"session.close\"}"))?.text.contains(
                "expected_session_start") == true)
        #expect(failure(DuetProtocol(.standard).received(text: "not json"))?.text.contains("invalid_json") == true)
        #expect(failure(DuetProtocol(.standard).received(text: "[1]"))?.code == 1008)
    }

    @Test func startTakesItsSeedAndIgnoresWhatItDoesNotKnow() {
        #expect(DuetProtocol(.standard).received(text: start) == [.start(seed: 5)])
        #expect(DuetProtocol(.standard).received(text: #"{"type":"session.start"}"#) == [.start(seed: 0)])
    }

    @Test func formatsThatAreNotSupportedAreRefused() {
        for input in [
            #"{"type":"audio/mp3"}"#, #"{"type":"audio/opus","rate":8000}"#, #"{"type":"audio/pcm","rate":44100}"#,
        ] {
            let text = #"{"type":"session.start","session":{"audio":{"input":\#(input)}}}"#
            #expect(
                failure(DuetProtocol(.standard).received(text: text))?.text.contains("unsupported_format") == true,
                "\(input)")
        }
    }

    @Test func aRunningSessionSurvivesBadEvents() {
        let wire = started()
        #expect(reply(wire.received(text: "{"))?.contains("invalid_json") == true)
        #expect(reply(wire.received(text: "{}"))?.contains("unknown_event") == true)
        #expect(reply(wire.received(text: #"{"type":"dance"}"#))?.contains("unknown_event") == true)
        #expect(reply(wire.received(text: start))?.contains("already_started") == true)
        #expect(wire.received(text: #"{"type":"session.interrupt"}"#) == [.interrupt])
        #expect(wire.received(text: #"{"type":"session.close"}"#) == [.close])
        #expect(wire.received(binary: [0, 0, 0, 64]) == .audio([0, 0.5]))
    }

    @Test func fiftyBadAudioMessagesInARowEndTheSession() {
        let wire = started()
        for _ in 0..<49 { #expect(reply(wire.received(binary: []))?.contains("bad_audio") == true) }
        _ = wire.received(binary: [0, 0])
        for _ in 0..<49 { #expect(reply(wire.received(binary: []))?.contains("bad_audio") == true) }
        #expect(failure(wire.received(binary: []))?.code == 1003)
    }

    @Test func everyServerEventIsJSONWithAType() throws {
        let wire = started()
        let events: [ServerEvent] = [
            .started(id: "a\"b", model: "m\n"), .userText(" hé", start: 1, end: 2),
            .userDone("x", start: 1, end: 2), .assistantText("\u{1}", start: 1, end: 2),
            .assistantDone("x", interrupted: true, start: 1, end: 2), .speaking(at: 1), .listening(at: 2),
            .interrupted(at: 3),
            .info(code: "c", message: "m", milliseconds: 4), .closed(reason: "r", seconds: 1.25),
        ]
        for event in events {
            guard case .text(let text)? = wire.encode(event).first else {
                Issue.record("\(event) is no text")
                continue
            }
            let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(object["type"] is String)
        }
        #expect(
            wire.encode(.audio([Float](repeating: 0, count: 1280))) == [.binary([UInt8](repeating: 0, count: 2560))])
    }
}

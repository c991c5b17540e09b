// A telephone call's messages, both ways.

import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct TwilioProtocolTests {
    private let connected = #"{"event":"connected","protocol":"Call","version":"1.0.0"}"#
    private let silence = [Float](repeating: 0, count: 1280)

    private func start(_ more: String = "", parameters: String = "{}") -> String {
        #"{"event":"start","sequenceNumber":"1","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"CA1","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":\#(parameters)\#(more)},"streamSid":"MZ1"}"#
    }

    private func media(_ bytes: [UInt8]) -> String {
        #"{"event":"media","sequenceNumber":"3","media":{"track":"inbound","chunk":"1","timestamp":"5","payload":"\#(Base64.encode(bytes))"},"streamSid":"MZ1"}"#
    }

    private func started() -> TwilioProtocol {
        let wire = TwilioProtocol(.standard)
        #expect(wire.received(text: connected) == [])
        #expect(wire.received(text: start()) == [.start(seed: 0)])
        return wire
    }

    private func isFailure(_ actions: [ClientAction]) -> Bool {
        guard case .fail(let messages)? = actions.first, case .close(1008, _)? = messages.first else { return false }
        return actions.count == 1
    }

    /// Event and name of every message; each must be for the stream.
    private func names(_ messages: [WireMessage]) throws -> [String] {
        try messages.map { message in
            guard case .text(let text) = message else { return "binary" }
            let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            #expect(object?["streamSid"] as? String == "MZ1")
            let mark = (object?["mark"] as? [String: Any])?["name"] as? String
            return (object?["event"] as? String ?? "") + (mark.map { " " + $0 } ?? "")
        }
    }

    @Test func theStartCarriesTheSeed() {
        func begun(_ text: String) -> [ClientAction] { TwilioProtocol(.standard).received(text: text) }
        #expect(begun(start(parameters: #"{"seed":"7","x":"y"}"#)) == [.start(seed: 7)])
        #expect(begun(start(parameters: #"{"x":"many"}"#)) == [.start(seed: 0)])
        #expect(begun(#"{"event":"start","streamSid":"MZ1"}"#) == [.start(seed: 0)])
    }

    @Test func callsThatCannotBeServedAreRefused() {
        for text in [
            "no json", "[]", media([255]), #"{"event":"start"}"#, start(#","tracks":["inbound","outbound"]"#),
            start(#","mediaFormat":{"encoding":"audio/x-alaw"}"#), start(#","mediaFormat":{"sampleRate":16000}"#),
        ] {
            #expect(isFailure(TwilioProtocol(.standard).received(text: text)), "\(text)")
        }
        #expect(isFailure(started().received(text: "{")))
        #expect(started().received(binary: [1]).map { isFailure([$0]) } == true)
    }

    @Test func mediaIsHeardInAnyLength() {
        let wire = started()
        for count in [160, 320, 640, 1, 33] {
            guard case .audio(let samples)? = wire.received(text: media(Array(repeating: 0xff, count: count))).first
            else {
                Issue.record("\(count) bytes are no audio")
                continue
            }
            #expect(samples.count == 2 * count && samples.allSatisfy { $0 == 0 })
        }
        #expect(wire.received(text: media([])) == [.audio([])], "no audio, and no event")
        #expect(wire.isAudio(text: media([255])) && !wire.isAudio(text: connected))
    }

    @Test func unknownAndRepeatedEventsAreIgnoredAndAStopCloses() {
        let wire = started()
        for text in [
            #"{"event":"dtmf","streamSid":"MZ1","dtmf":{"track":"inbound_track","digit":"1"}}"#,
            #"{"event":"mark","streamSid":"MZ1","mark":{"name":"answer-1"}}"#, #"{"event":"new"}"#, "{}", connected,
            start(),
        ] {
            #expect(wire.received(text: text) == [], "\(text)")
        }
        #expect(wire.received(text: #"{"event":"stop","streamSid":"MZ1","stop":{}}"#) == [.close])
    }

    @Test func aSliceIsOneMessageOfMuLaw() throws {
        let wire = started()
        #expect(
            wire.encode(.audio(silence)) == [
                .text(
                    #"{"event":"media","streamSid":"MZ1","media":{"payload":"\#(Base64.encode([UInt8](repeating: 255, count: 640)))"}}"#
                )
            ])
    }

    @Test func theEndOfAnAnswerIsMarkedWhenItHasSounded() throws {
        let wire = started()
        let events: [ServerEvent] = [
            .started(id: "a", model: "m"), .speaking(at: 0),
            .assistantText("a", start: 0, end: 80),
            .audio(silence), .assistantDone("a", interrupted: false, start: 0, end: 80), .audio(silence),
            .listening(at: 160), .audio(silence), .assistantDone("", interrupted: false, start: 0, end: 80),
            .closed(reason: "r", seconds: 1),
        ]
        #expect(
            try names(events.flatMap(wire.encode)) == ["media", "media", "mark answer-1", "media", "mark answer-2"])
    }

    @Test func everyYieldClearsAndAnAnswerBrokenOffHasNoMark() throws {
        let wire = started()
        let events: [ServerEvent] = [
            .speaking(at: 0), .assistantDone("a", interrupted: false, start: 0, end: 80), .interrupted(at: 80),
            .assistantDone("b", interrupted: true, start: 0, end: 80), .listening(at: 80), .audio(silence),
            .interrupted(at: 160), .speaking(at: 240), .assistantDone("c", interrupted: false, start: 0, end: 80),
            .listening(at: 320),
        ]
        #expect(try names(events.flatMap(wire.encode)) == ["clear", "media", "clear", "mark answer-2"])
    }
}

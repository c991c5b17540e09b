// The native protocol beyond audio and transcripts: headers, decisions, clocks, what was played.

import Audio
import Basics
import Foundation
import Testing

@testable import Wire

/// A client's side of the native protocol.
struct DuetClient {
    let wire = DuetProtocol(.standard)

    /// `fields` go into `session`, `audio` into its audio; 16-kHz PCM both ways unless they say otherwise.
    init(audio: String = "", fields: String = "", type: String = "audio/pcm", rate: Int = 16_000) {
        let form = #"{"type":"\#(type)","rate":\#(rate)}"#
        let actions = wire.received(
            text:
                #"{"type":"session.start","session":{"audio":{"input":\#(form),"output":\#(form)\#(audio)}\#(fields)}}"#
        )
        #expect(actions == [.start(seed: 0)])
    }

    static func framed(type: String = "audio/pcm", rate: Int = 16_000) -> DuetClient {
        DuetClient(audio: #","framing":"header""#, type: type, rate: rate)
    }

    func start() -> [String: Any] { events(.started(id: "duet_1", model: "m"))[0] }

    /// What the client is told.
    func events(_ event: ServerEvent) -> [[String: Any]] { Self.objects(wire.encode(event)) }

    static func objects(_ messages: [WireMessage]) -> [[String: Any]] {
        messages.compactMap { message in
            guard case .text(let text) = message else { return nil }
            return try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        }
    }

    static func types(_ messages: [WireMessage]) -> [String?] { objects(messages).map { $0["type"] as? String } }

    /// What a slice becomes: the header and how many bytes follow it.
    func slice(_ value: Float = 0) -> (header: AudioHeader, count: Int)? {
        for message in wire.encode(.audio([Float](repeating: value, count: 1280))) {
            guard case .binary(let bytes) = message else { continue }
            return AudioHeader(bytes).map { ($0, bytes.count - AudioHeader.size) }
        }
        return nil
    }

    func code(_ actions: [ClientAction]) -> String? {
        guard let message = actions.first?.reply else { return nil }
        return (Self.objects([message]).first?["error"] as? [String: Any])?["code"] as? String
    }
}

@Suite struct DuetProtocolTests {
    private func message(_ sequence: UInt32, codec: AudioFormat.Codec = .pcm) -> [UInt8] {
        AudioHeader(codec: codec, sequence: sequence, position: 0).message([0, 64])
    }

    // MARK: Headers

    @Test func theStartSaysHowAudioIsFramed() {
        #expect((DuetClient().start()["session"] as? [String: Any])?["framing"] as? String == "raw")
        #expect((DuetClient.framed().start()["session"] as? [String: Any])?["framing"] as? String == "header")
        for framing in [#""both""#, "1", "{}"] {
            let actions = DuetProtocol(.standard).received(
                text: #"{"type":"session.start","session":{"audio":{"framing":\#(framing)}}}"#)
            guard case .fail(let messages)? = actions.first else {
                Issue.record("\(framing) was taken")
                continue
            }
            let reason = framing.hasPrefix("\"") ? "unsupported_framing" : "invalid_value"
            #expect(messages.last == .close(code: 1008, reason: reason))
        }
    }

    @Test func audioToTheClientIsNumberedAndHasItsPlace() throws {
        let client = DuetClient.framed()
        _ = client.start()
        let first = try #require(client.slice()), second = try #require(client.slice())
        #expect(first.count == 2560 && first.header.codec == .pcm && first.header.flags == .silence)
        #expect(first.header.sequence == 0 && first.header.position == 0 && first.header.epoch == 0)
        #expect(second.header.sequence == 1 && second.header.position == 3840)
        _ = client.events(.speaking(at: 160))
        #expect(client.slice(0.5)?.header.flags == .speech)
        #expect(client.slice(0)?.header.flags == .speech, "a pause within speech")
        _ = client.events(.listening(at: 320))
        #expect(client.slice(0.1)?.header.flags == [], "the end of a word that fades")
        #expect(client.slice()?.header.flags == .silence)
    }

    @Test(arguments: [
        ("audio/pcm", 8000), ("audio/pcm", 24_000), ("audio/pcm", 48_000), ("audio/opus", 24_000),
        ("audio/pcmu", 8000), ("audio/pcma", 8000),
    ]) func everyFormatKeepsItsPlace(_ type: String, _ rate: Int) throws {
        let client = DuetClient.framed(type: type, rate: rate)
        _ = client.start()
        for number in 0..<5 as Range<UInt64> {
            let header = try #require(client.slice()?.header)
            #expect(header.position == number * 3840 && header.codec.rawValue == type)
            #expect(header.flags == .silence)
        }
        _ = client.events(.speaking(at: 400))
        _ = client.slice(0.5)
        _ = client.events(.listening(at: 480))
        // Resampler and Opus sound a little longer than what they were given.
        #expect(client.slice()?.header.flags == [] || rate == 16_000)
        _ = client.slice()
        #expect(client.slice()?.header.flags == .silence)
    }

    @Test func timeThatWasSkippedMovesThePlaceAndIsFlagged() {
        let client = DuetClient.framed()
        _ = client.start()
        _ = client.slice()
        _ = client.events(.info(code: ServerEvent.overload, message: "", milliseconds: 240))
        let header = client.slice()?.header
        #expect(header?.position == (80 + 240) * 48 && header?.sequence == 1)
        #expect(header?.flags.contains(.discontinuity) == true)
        #expect(client.slice()?.header.flags.contains(.discontinuity) == false)
        client.wire.unsent()
        #expect(client.slice()?.header.flags.contains(.discontinuity) == true)
    }

    @Test func anInterruptionBeginsAnEpoch() {
        let client = DuetClient.framed()
        _ = client.start()
        #expect(client.slice()?.header.epoch == 0)
        let messages = client.wire.encode(.interrupted(at: 80))
        #expect(DuetClient.types(messages) == ["session.interrupted", "session.flush"])
        let flush = DuetClient.objects(messages)[1]
        #expect(flush["epoch"] as? Int == 1 && flush["at_ms"] as? Int == 80)
        #expect(client.slice()?.header.epoch == 1)
        for _ in 0..<255 { _ = client.events(.interrupted(at: 80)) }
        #expect(client.slice()?.header.epoch == 0, "modulo 256")
        #expect(DuetClient.types(DuetClient().wire.encode(.interrupted(at: 80))) == ["session.interrupted"])
    }

    @Test func audioFromTheClientIsHeardOnce() {
        let wire = DuetClient.framed().wire
        #expect(wire.received(binary: message(0)) == .audio([0.5]))
        #expect(wire.received(binary: message(0)) == nil)
        #expect(wire.received(binary: message(3)) == .audio([0.5]), "a gap is no matter")
        #expect(wire.received(binary: message(2)) == nil)
        #expect(wire.received(binary: message(.max)) == .audio([0.5]))
    }

    @Test func aWrongHeaderIsBadAudio() {
        let client = DuetClient.framed(), short = Array(message(0).prefix(15)), bare = Array(message(0).prefix(16))
        for wrong in [message(0, codec: .opus), short, bare] {
            #expect(client.code(client.wire.received(binary: wrong).map { [$0] } ?? []) == "bad_audio", "\(wrong)")
        }
        for number in 1...46 as ClosedRange<UInt32> { _ = client.wire.received(binary: message(number, codec: .pcma)) }
        guard case .fail(let messages)? = client.wire.received(binary: short) else {
            Issue.record("the fiftieth was taken")
            return
        }
        #expect(messages.last == .close(code: 1003, reason: "bad_audio"))
    }

    // MARK: Decisions

    @Test func everySliceTellsWhatWasDecidedWhereThatWasAsked() {
        let client = DuetClient(fields: #","decisions":true"#)
        _ = client.start()
        let quiet = client.wire.encode(.audio([0]))
        #expect(DuetClient.types(quiet) == ["session.decision"] && quiet.count == 2)
        let first = DuetClient.objects(quiet)[0]
        #expect(first["at_ms"] as? Int == 0 && first["action"] as? String == "listen")
        #expect(first["hears"] is NSNull && first["says"] is NSNull)
        _ = client.events(.userText(" hi", start: 80, end: 160))
        _ = client.events(.assistantText(" yes", start: 80, end: 160))
        _ = client.events(.speaking(at: 80))
        let second = client.events(.audio([1]))[0], third = client.events(.audio([1]))[0]
        #expect(second["at_ms"] as? Int == 80 && second["action"] as? String == "speak")
        #expect(second["hears"] as? String == " hi" && second["says"] as? String == " yes")
        #expect(third["at_ms"] as? Int == 160 && third["hears"] is NSNull && third["says"] is NSNull)
        #expect(DuetClient().events(.audio([0])).isEmpty)
    }

    // MARK: What was played

    private func answer(_ client: DuetClient) -> [String: Any]? {
        for (piece, start) in [(" one", 0), (" two", 80), (" three", 240)] as [(String, Int64)] {
            _ = client.events(.assistantText(piece, start: start, end: start + 80))
        }
        return client.events(.assistantDone("one two three", interrupted: true, start: 0, end: 400)).first
    }

    @Test func anInterruptedAnswerTellsHowMuchWasHeard() {
        let client = DuetClient()
        _ = client.start()
        #expect(answer(client)?["heard"] as? String == "one two three", "nobody told what was played")
        for (played, heard) in [(0, ""), (80, ""), (81, "one"), (160, "one"), (161, "one two"), (900, "one two three")]
        {
            #expect(
                client.wire.received(text: #"{"type":"session.playback.ack","played_ms":\#(played)}"#) == [
                    .played(behind: 0)
                ])
            #expect(answer(client)?["heard"] as? String == heard, "\(played) ms")
        }
        _ = client.events(.assistantText(" four", start: 800, end: 880))
        let done = client.events(.assistantDone("four", interrupted: false, start: 800, end: 960)).first
        #expect(done?["interrupted"] as? Bool == false && done?["heard"] == nil)
        #expect(answer(client)?["heard"] as? String == "one two three", "each answer by itself")
    }

    @Test func thePlaybackDelayIsKnown() {
        let client = DuetClient()
        _ = client.start()
        for _ in 0..<5 { _ = client.wire.encode(.audio([0])) }
        let ack = { (time: String) in
            client.wire.received(text: #"{"type":"session.playback.ack","played_ms":\#(time)}"#)
        }
        #expect(ack("250.5") == [.played(behind: 150)])
        #expect(ack("500") == [.played(behind: 0)])
        for wrong in ["-1", "\"7\"", "null", "1e300"] {
            #expect(client.code(ack(wrong)) == "invalid_value", "\(wrong)")
        }
    }

    @Test func clocksAreCompared() throws {
        let client = DuetClient()
        _ = client.start()
        _ = client.wire.encode(.audio([0]))
        #expect(
            client.wire.received(text: #"{"type":"session.clock","client_ms":12345.678}"#) == [
                .clock(client: 12345.678)
            ])
        #expect(client.code(client.wire.received(text: #"{"type":"session.clock"}"#)) == "invalid_value")
        let answer = try #require(client.events(.clock(client: 12345.678, server: 77.25)).first)
        #expect(answer["type"] as? String == "session.clock" && answer["client_ms"] as? Double == 12345.678)
        #expect(answer["server_ms"] as? Double == 77.25 && answer["at_ms"] as? Int == 80)
    }

    // MARK: Texts

    @Test func textsAreToldAndSaid() {
        let client = DuetClient(), wire = client.wire
        #expect(wire.received(text: #"{"type":"session.tell","text":"what day is it"}"#) == [.tell("what day is it")])
        #expect(wire.received(text: #"{"type":"session.say","text":"hello"}"#) == [.say("hello")])
        for type in ["tell", "say"] {
            let send = { (text: String) in wire.received(text: #"{"type":"session.\#(type)","text":\#(text)}"#) }
            #expect(client.code(send("7")) == "invalid_value" && client.code(send("null")) == "invalid_value")
            let long = String(repeating: "a", count: DuetProtocol.textMax)
            #expect(client.code(send("\"\(long)\"")) == nil)
            #expect(client.code(send("\"\(long)b\"")) == "invalid_value")
        }
    }

    @Test func aServerThatGoesSaysSo() {
        let event = DuetClient().events(.goingAway(milliseconds: 5000)).first
        #expect(event?["type"] as? String == "session.go_away" && event?["reason"] as? String == "server_draining")
        #expect(event?["deadline_ms"] as? Int == 5000)
    }

    @Test func theNativeProtocolOffersG711() {
        let wire = DuetProtocol(.standard), form = #"{"type":"audio/pcmu"}"#
        let start = #"{"type":"session.start","session":{"audio":{"input":\#(form),"output":\#(form)}}}"#
        #expect(wire.received(text: start) == [.start(seed: 0)])
        #expect(
            wire.encode(.audio([Float](repeating: 0, count: 1280))) == [.binary([UInt8](repeating: 0xff, count: 640))])
    }
}

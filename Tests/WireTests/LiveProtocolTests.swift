// OpenAI's Live protocol: what its clients send, and what they are sent.

import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct LiveProtocolTests {
    private func object(_ message: WireMessage?) -> [String: Any] {
        guard case .text(let text)? = message else { return [:] }
        return (try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]) ?? [:]
    }

    private func replies(_ actions: [ClientAction]) -> [[String: Any]] {
        actions.compactMap { $0.reply.map { object($0) } }
    }

    private func error(_ actions: [ClientAction]) -> (code: String?, param: String?, event: String?) {
        let fields = replies(actions).first { $0["type"] as? String == "error" }?["error"] as? [String: Any]
        return (fields?["code"] as? String, fields?["param"] as? String, fields?["client_event_id"] as? String)
    }

    private func started(_ format: String = #"{"type":"audio/pcm","rate":16000}"#) -> LiveProtocol {
        let wire = LiveProtocol(.standard)
        var request = UpgradeRequest(path: "/v1/live/sessions")
        request.arrived = 1_800_000_000
        #expect(wire.opened(request) == [])
        let actions = wire.received(
            text: #"{"type":"session.start","event_id":"e1","session":{"model":"m","audio":{"format":\#(format)}}}"#)
        #expect(actions == [.start(seed: 0)])
        return wire
    }

    @Test func aSessionStartsWithWhatWasAskedFor() {
        let wire = started(),
            message = object(wire.encode(.started(id: "duet_7", model: "duet-mini")).first)
        #expect(message["type"] as? String == "session.started" && message["client_event_id"] as? String == "e1")
        #expect(message["event_id"] is String)
        let session = message["session"] as? [String: Any], audio = session?["audio"] as? [String: Any]
        #expect(session?["id"] as? String == "live_duet_7" && session?["status"] as? String == "active")
        #expect(session?["model"] as? String == "m" && (session?["expires_at"] as? Int ?? 0) > 1_700_000_000)
        #expect((audio?["format"] as? [String: Any])?["rate"] as? Int == 16_000)
    }

    @Test func formatsAreThoseOfTheReference() {
        for (format, isKnown) in [
            (#"{"type":"audio/pcm"}"#, true), (#"{"type":"audio/pcm","rate":24000}"#, true),
            (#"{"type":"audio/pcmu","rate":8000}"#, true), (#"{"type":"audio/pcma"}"#, true),
            (#"{"type":"audio/pcm","rate":48000}"#, false), (#"{"type":"audio/opus","rate":24000}"#, false),
            (#"{"type":"audio/pcmu","rate":16000}"#, false),
        ] {
            let actions = LiveProtocol(.standard).received(
                text: #"{"type":"session.start","event_id":"e","session":{"audio":{"format":\#(format)}}}"#)
            if isKnown {
                #expect(actions == [.start(seed: 0)], "\(format)")
            } else {
                #expect(error(actions) == ("unsupported_value", "session.audio.format", "e"), "\(format)")
            }
        }
    }

    @Test func audioGoesBothWaysInBase64() throws {
        let wire = started(), bytes: [UInt8] = [0, 64, 0, 192]
        let append = #"{"type":"session.input_audio.append","audio":"\#(Base64.encode(bytes))"}"#
        #expect(wire.isAudio(text: append))
        #expect(wire.received(text: append) == [.audio([0.5, -0.5])])
        let delta = object(wire.encode(.audio([Float](repeating: 0, count: 1280))).first)
        #expect(delta["type"] as? String == "session.output_audio.delta")
        #expect(Base64.decode(delta["delta"] as? String ?? "") == [UInt8](repeating: 0, count: 2560), "exact zeros")
        #expect(
            replies(wire.received(text: #"{"type":"session.input_audio.mute","event_id":"m"}"#)).first?["type"]
                as? String == "session.input_audio.muted")
        #expect(wire.received(text: append) == [.audio([0, 0])])
        _ = wire.received(text: #"{"type":"session.input_audio.unmute"}"#)
        #expect(wire.received(text: append) == [.audio([0.5, -0.5])])
        #expect(
            error(wire.received(text: #"{"type":"session.input_audio.append","audio":"?"}"#)).code == "invalid_audio")
    }

    @Test func aMessageHoldsSecondsOfAudio() {
        #expect(WireProtocols.entry(path: "/v1/live/sessions")?.messageBytesMax == 1 << 20)
        let wire = started(#"{"type":"audio/pcmu"}"#)
        func append(_ bytes: Int) -> [ClientAction] {
            let audio = Base64.encode([UInt8](repeating: 0xff, count: bytes))
            return wire.received(text: #"{"type":"session.input_audio.append","event_id":"a","audio":"\#(audio)"}"#)
        }
        #expect(append(30 * 8000).first?.isAudio == true && replies(append(30 * 8000)).isEmpty)
        #expect(error(append(30 * 8000 + 1)) == ("invalid_audio", "audio", "a"))
    }

    @Test func settingsAreShortFromTheStart() {
        let wire = LiveProtocol(.standard)
        func start(_ bytes: Int) -> [ClientAction] {
            let text = String(repeating: "x", count: bytes)
            return wire.received(text: #"{"type":"session.start","session":{"audio":{"x":"\#(text)"}}}"#)
        }
        #expect(error(start(64 << 10)).param == "session")
        #expect(start(60 << 10) == [.start(seed: 0)])
    }

    @Test func anAppendWithoutAudioSaysWhatIsMissing() {
        let wire = started()
        for (audio, code, part) in [
            ("", "invalid_audio", "audio is missing."), (#","audio":null"#, "invalid_audio", "audio is missing."),
            (#","audio":["AAAA"]"#, "invalid_audio", "audio must be a text in base64."),
            (#","audio":"?""#, "invalid_audio", "audio is not base64"),
        ] {
            let actions = wire.received(text: #"{"type":"session.input_audio.append","event_id":"a"\#(audio)}"#)
            #expect(error(actions) == (code, "audio", "a"), "\(audio)")
            #expect("\(actions)".contains(part) && actions.first?.isAudio == true, "\(actions)")
        }
    }

    @Test func transcriptsHaveTheirTimes() {
        let wire = started()
        let heard = object(wire.encode(.userText(" hi", start: 80, end: 160)).first)
        #expect(heard["type"] as? String == "session.input_transcript.delta" && heard["delta"] as? String == " hi")
        #expect(heard["start_ms"] as? Int == 80 && heard["end_ms"] as? Int == 160)
        let said = object(wire.encode(.assistantText(" yes", start: 160, end: 240)).first)
        #expect(said["type"] as? String == "session.output_transcript.delta")
        for event in [ServerEvent.speaking(at: 0), .listening(at: 0), .interrupted(at: 0)] {
            #expect(wire.encode(event).isEmpty)
        }
    }

    @Test func commentaryIsSaidAndOtherContextAcknowledged() {
        let wire = started()
        for _ in 0..<3 { _ = wire.encode(.audio([Float](repeating: 0, count: 1280))) }
        let actions = wire.received(
            text: #"{"type":"session.commentary.append","content":"good morning","delegation_id":null,"event_id":"c"}"#)
        #expect(actions.first == .say("good morning"))
        let reply = replies(actions)[0]
        #expect(reply["type"] as? String == "session.commentary.appended" && reply["client_event_id"] as? String == "c")
        #expect(reply["start_ms"] as? Int == 240 && reply["end_ms"] as? Int == 320)
        for kind in ["instructions", "thinking"] {
            let types = replies(wire.received(text: #"{"type":"session.\#(kind).append","content":"x"}"#)).map {
                $0["type"] as? String
            }
            #expect(types == ["session.\(kind).appended", "info"])
        }
        #expect(error(wire.received(text: #"{"type":"session.thinking.append"}"#)).param == "content")
    }

    @Test func whatIsWrongIsToldAndTheSessionGoesOn() {
        let wire = LiveProtocol(.standard)
        #expect(error(wire.received(text: #"{"type":"session.close"}"#)).code == "session_not_started")
        #expect(
            error(wire.received(text: #"{"type":"session.input_audio.append","audio":""}"#)).code
                == "session_not_started")
        #expect(error(wire.received(text: "{")).code == "invalid_json")
        #expect(
            error(wire.received(text: #"{"type":"session.start","session":{"delegation":{"type":"responses"}}}"#)).param
                == "session.delegation.type")
        #expect(wire.received(text: #"{"type":"session.start","session":{}}"#) == [.start(seed: 0)])
        for (event, code) in [
            (#"{"type":"session.start"}"#, "session_already_started"), (#"{"type":"x"}"#, "unknown_event"),
            (#"{"type":"response.create"}"#, "unsupported_event"), ("[]", "invalid_json"), ("{}", "unknown_event"),
            (#"{"type":"session.update","session":{"audio":{}}}"#, "immutable_value"),
        ] { #expect(error(wire.received(text: event)).code == code, "\(event)") }
        #expect(
            replies(wire.received(text: #"{"type":"session.update","session":{"delegation":{"type":"client"}}}"#))
                .first?["type"] as? String == "session.updated")
        #expect(wire.received(text: #"{"type":"session.close"}"#) == [.close])
    }

    @Test func theEndSaysWhyAndHowLong() {
        let wire = started()
        for (reason, told) in [("close_requested", "close_requested"), ("server_draining", "remote_hangup")] {
            let message = object(wire.encode(.closed(reason: reason, seconds: 2.5)).first)
            #expect(message["type"] as? String == "session.closed" && message["reason"] as? String == told)
            #expect((message["usage"] as? [String: Any])?["seconds"] as? Double == 2.5)
        }
        let usage = (0..<128).flatMap { _ in wire.encode(.audio([Float](repeating: 0, count: 1280))) }.map(object)
        #expect(usage.last?["type"] as? String == "session.usage.updated")
    }
}

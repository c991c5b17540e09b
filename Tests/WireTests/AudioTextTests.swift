// Audio in JSON: the short way finds what the long way finds.

import Foundation
import Testing

@testable import Wire

@Suite struct AudioTextTests {
    private let flat = AudioText(typeKey: "type", type: "input_audio_buffer.append", path: ["audio"])
    private let nested = AudioText(typeKey: "event", type: "media", path: ["media", "payload"])

    /// What a message means, comparable.
    private func meaning(_ shape: AudioText, _ text: String) -> String {
        switch shape.read(text) {
        case .audio(let bytes, _): bytes.map { "audio \($0)" } ?? "no base64"
        case .event(let event): "event \(event[shape.typeKey]?.text ?? "none")"
        case .invalid: "invalid"
        }
    }

    @Test func audioIsFoundWithoutADictionary() {
        for (shape, text) in [
            (flat, #"{"type":"input_audio_buffer.append","audio":"AQID"}"#),
            (flat, #" { "audio" : "AQID" , "event_id":"é", "type" : "input_audio_buffer.append" } "#),
            (
                nested,
                #"{"event":"media","sequenceNumber":"3","media":{"track":"inbound","payload":"AQID"},"n":-1.5e3}"#
            ),
            (
                nested,
                #"{"media":{"payload":"AQID","payload2":"x"},"payload":"no","x":{"payload":"no"},"event":"media"}"#
            ),
            (nested, "{\"event\":\"media\",\"x\":{},\"y\":null,\n\"media\":{\"payload\":\"AQID\"}}"),
        ] {
            #expect(shape.isPlain(text), "\(text)")
            #expect(meaning(shape, text) == "audio [1, 2, 3]", "\(text)")
        }
    }

    @Test func whatIsNotPlainIsReadTheLongWay() {
        for (shape, text) in [
            (flat, #"{"type":"input_audio_buffer.append","audio":"\u0041QI\u0044"}"#),
            (flat, #"{"type":"input_audio_buffer.append","tags":[1],"audio":"AQID"}"#),
            (nested, #"{"event":"media","media":{"a":{"b":{"c":{"d":{}}}},"payload":"AQID"}}"#),
        ] {
            #expect(!shape.isPlain(text), "\(text)")
            #expect(meaning(shape, text) == "audio [1, 2, 3]", "\(text)")
        }
    }

    @Test func otherMessagesAreEventsOrNothing() {
        for (text, meaning) in [
            (#"{"event":"mark","mark":{"name":"a"}}"#, "event mark"), (#"{"event":"media","media":{}}"#, "no base64"),
            (#"{"event":"media","media":{"payload":"A"}}"#, "no base64"),
            (#"{"event":"media","media":{"payload":"A*=="}}"#, "no base64"),
            (#"{"event":"media","media":{"payload":7}}"#, "no base64"),
            (#"{"event":"media","media":"x"}"#, "no base64"),
            (#"{"event":7}"#, "event none"), ("{}", "event none"), ("[]", "invalid"), ("", "invalid"), ("7", "invalid"),
            (#"{"event":"media","media":{"payload":"AQID"}"#, "invalid"),
            (#"{"event":"media","media":{"payload":"AQID"}} x"#, "invalid"),
            (#"{"event":"media","media":{"payload":"AQID""#, "invalid"), (#"{"event":"#, "invalid"), ("{", "invalid"),
        ] {
            #expect(!nested.isPlain(text) || meaning == "no base64", "\(text)")
            #expect(self.meaning(nested, text) == meaning, "\(text)")
        }
        let deep = String(repeating: #"{"a":"#, count: 10_000)
        #expect(meaning(nested, deep) == "invalid")
    }

    /// Cut off anywhere, or with any character changed, a message must mean what a JSON parser takes it for, if that takes it at all.
    @Test func damagedMessagesAreNeverMisread() throws {
        let text = #"{"event":"media","a":1,"media":{"payload":"AQID","t":true}}"#
        for at in 0..<text.utf8.count {
            #expect(meaning(nested, String(text.prefix(at))) == "invalid")
            for other in "\"\\{}[]:,x 0".utf8 {
                var bytes = Array(text.utf8)
                bytes[at] = other
                let damaged = String(decoding: bytes, as: UTF8.self)
                guard nested.isPlain(damaged) else { continue }
                guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
                    continue
                }
                let payload = (object["media"] as? [String: Any])?["payload"] as? String
                #expect(object["event"] as? String == "media" && payload != nil, "\(damaged)")
                #expect(
                    meaning(nested, damaged) == payload.flatMap { Base64.decode($0) }.map { "audio \($0)" }
                        ?? "no base64")
            }
        }
    }

    @Test func base64ComesBackAndIsFoundations() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }, text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(Base64.decode(text) == bytes)
            #expect(Base64.decode(text.filter { $0 != "=" }) == bytes)
        }
        for wrong in ["A", "AAAAA", "AA=", "A===", "AA=A", "A*+A", "AAA\0", "=", "====", " =", "AA= A"] {
            #expect(Base64.decode(wrong) == nil, "\(wrong)")
        }
    }

    /// Encoders break lines (RFC 4648 §3.1, RFC 2045 §6.8) or write for URLs (§5); a decoder may take both (§3.3).
    @Test func base64MayHaveLineEndsAndTheAlphabetOfURLs() {
        let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) ^ 0xfb }
        let lines = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithCarriageReturn])
        let url = Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_")
        for text in [lines, " \t" + lines + "\r\n", url, url.filter { $0 != "=" }, url.replacing("=", with: "\n=")] {
            #expect(Base64.decode(text) == bytes, "\(text)")
        }
        #expect(Base64.decode("A-_A") == Base64.decode("A+/A"))
    }
}

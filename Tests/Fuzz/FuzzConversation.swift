// A conversation of any messages: a line is a message, or what the server has to tell meanwhile.

import Basics
import Foundation

@testable import Wire

enum FuzzConversation {
    /// Lines are read by their first byte: `?` the upgrade's query, `h` its headers, `s` the settings of its key, `m` that there is a mind; `!` a binary message,
    /// `.` slices and events of the server, anything else a text message.
    static func hold(_ entry: WireProtocols.Entry, _ bytes: [UInt8]) {
        var random = Random(seed: 1)
        let wire = entry.make(.standard, &random)
        var request = UpgradeRequest(path: entry.path), lines = bytes.split(separator: 10)[...]
        while let line = lines.first, let first = line.first, "?hsm".utf8.contains(first) {
            let text = String(decoding: line.dropFirst(), as: UTF8.self)
            switch first {
            case UInt8(ascii: "?"): request.query = text
            case UInt8(ascii: "m"): request.hasMind = true
            case UInt8(ascii: "h"): request.headers["openai-beta"] = text
            default: request.session = text
            }
            lines.removeFirst()
        }
        var session = Session(wire)
        guard session.obey(wire.opened(request)) else { return }
        for line in lines where !session.read(line) { return }
        session.tell(.closed(reason: "close_requested", seconds: 1))
    }

    private struct Session {
        let wire: any WireProtocol
        var position: Int64 = 0
        /// Bytes sent for what came, which are bounded in a server too.
        var sent = 0

        init(_ wire: any WireProtocol) { self.wire = wire }

        /// Whether the session goes on.
        mutating func read(_ line: ArraySlice<UInt8>) -> Bool {
            switch line.first {
            case UInt8(ascii: "!"): return wire.received(binary: Array(line.dropFirst())).map { obey([$0]) } ?? true
            case UInt8(ascii: "."):
                for byte in line.dropFirst().prefix(64) {
                    tell(event(byte))
                    if byte % 16 == 0, !obey(wire.advanced()) { return false }
                }
                return true
            default:
                let text = String(decoding: line, as: UTF8.self)
                _ = wire.isAudio(text: text)
                return obey(wire.received(text: text))
            }
        }

        mutating func obey(_ wishes: [ClientAction]) -> Bool {
            for wish in wishes {
                switch wish {
                case .start: tell(.started(id: "duet_1", model: "duet-mini"))
                case .clock(let client): tell(.clock(client: client, server: 1000))
                case .reply(let message): check(message)
                case .fail(let messages):
                    messages.forEach(check)
                    return false
                case .close: return false
                case .audio(let samples): Fuzz.expect(samples.allSatisfy(\.isFinite), "a sample is no number")
                default: break
                }
            }
            return true
        }

        mutating func tell(_ event: ServerEvent) {
            for message in wire.encode(event) { check(message) }
        }

        /// What is sent is a JSON object, whatever came.
        private func check(_ message: WireMessage) {
            guard case .text(let text) = message else { return }
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
            Fuzz.expect(object is [String: Any], "no JSON object: \(text)")
        }

        private mutating func event(_ byte: UInt8) -> ServerEvent {
            let at = position
            switch byte % 16 {
            case 1: return .speaking(at: at)
            case 2: return .listening(at: at)
            case 3: return .interrupted(at: at)
            case 4: return .userText(" word", start: at, end: at + 80)
            case 5: return .userDone("word", start: at, end: at + 80)
            case 6: return .assistantText(" said", start: at, end: at + 80)
            case 7: return .assistantDone("said", interrupted: byte > 127, start: at, end: at + 80)
            case 8: return .info(code: ServerEvent.overload, message: "late", milliseconds: 80)
            case 9: return .goingAway(milliseconds: 1000)
            case 11: return .call(ToolCall(id: "c", name: "f", arguments: #"{"a":1}"#), at: at)
            case 12: return .info(code: ServerEvent.mindFailed, message: "gone", milliseconds: 0)
            default:
                position += 80
                return .audio(Array(repeating: byte > 127 ? 0.25 : 0, count: 1280))
            }
        }
    }
}

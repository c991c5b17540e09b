// Clients that bring much at once: a whole conversation, or audio that is none. None of it ends a session.

import Foundation
import Testing
import Wire

@testable import Sockets
@testable import Callers
@testable import Service

@Suite(.serialized) struct HistoryTests {
    /// Sends `messages` at once and counts the types of what comes, until nothing came for a second or the connection is closed.
    private func answers(to messages: [String], on path: String) throws -> (types: [String: Int], code: UInt16?) {
        let service = try FakeService(), client = try WebSocketClient(service.url(path))
        let sender = Thread {
            for message in messages { guard (try? client.send(text: message)) != nil else { return } }
        }
        sender.start()
        var types: [String: Int] = [:]
        let end = Date().addingTimeInterval(20)
        while Date() < end, let message = try client.receive(timeout: 1) {
            if case .close(let code, _) = message { return (types, code) }
            guard case .text(let text) = message,
                let event = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
                let type = event["type"] as? String
            else { continue }
            types[type, default: 0] += 1
            // Live sends audio all the time.
            if type == "session.output_audio.delta", types[type]! > 60 { break }
        }
        return (types, nil)
    }

    private func item(_ number: Int, text: String) -> String {
        #"{"type":"conversation.item.create","item":{"id":"old_\#(number)","type":"message","role":"user","content":[{"type":"input_text","text":"\#(text)"}]}}"#
    }

    @Test(.timeLimit(.minutes(1)), arguments: [20, 2000]) func aHistoryOf512ItemsIsTakenAtOnce(_ length: Int) throws {
        let text = String(repeating: "a", count: length)
        let (types, code) = try answers(to: (0..<512).map { item($0, text: text) }, on: "/v1/realtime")
        #expect(types["conversation.item.added"] == 512 && types["error"] == nil && code == nil)
    }

    /// What is beyond is refused, event by event; the session goes on.
    @Test(.timeLimit(.minutes(1))) func aLongerHistoryIsRefusedEventByEvent() throws {
        let (types, code) = try answers(to: (0..<900).map { item($0, text: "a") }, on: "/v1/realtime")
        #expect(types["conversation.item.added"] ?? 0 >= 512 && types["error"] ?? 0 > 0 && code == nil)
        #expect((types["conversation.item.added"] ?? 0) + (types["error"] ?? 0) == 900)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("/v1/realtime", "", "input_audio_buffer.append"),
            ("/v1/live/sessions", #"{"type":"session.start"}"#, "session.input_audio.append"),
        ]) func audioThatIsNoneIsNoFlood(_ path: String, _ opening: String, _ type: String) throws
    {
        let bad = Array(repeating: #"{"type":"\#(type)","audio":"*"}"#, count: 150)
        let (types, code) = try answers(to: (opening.isEmpty ? [] : [opening]) + bad, on: path)
        #expect(types["error"] == 150 && code == nil)
    }
}

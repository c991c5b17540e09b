// Whole conversations in the protocols of others: the real server and sockets, a model without weights.

import Audio
import Foundation
import DuetTesting
import Testing

@testable import Sockets
@testable import Wire
@testable import Callers
@testable import Service

@Suite(.serialized) struct CallTests {
    private func voice(_ seconds: Double) -> [Float] { [Float](repeating: 0.3, count: Int(seconds * 16_000)) }

    private func lastCode(_ client: WebSocketClient) throws -> UInt16? {
        let end = Date().addingTimeInterval(5)
        while end.timeIntervalSinceNow > 0, let message = try client.receive(timeout: 2) {
            if case .close(let code, _) = message { return code }
        }
        return nil
    }

    // MARK: Twilio

    /// Answers of 13 slices.
    private let start =
        #"{"event":"start","streamSid":"MZ1","start":{"streamSid":"MZ1","tracks":["inbound"],"customParameters":{"seed":"10"}}}"#

    private func media(_ bytes: [UInt8]) -> String {
        #"{"event":"media","streamSid":"MZ1","media":{"track":"inbound","payload":"\#(Base64.encode(bytes))"}}"#
    }

    @Test(.timeLimit(.minutes(1))) func aCallIsAnsweredMarkedAndClearedInRealTime() throws {
        let service = try FakeService(), client = try WebSocketClient(service.url("/twilio"))
        let encoder = try AudioEncoder(.telephone), decoder = try AudioDecoder(.telephone)
        try client.send(text: #"{"event":"connected","protocol":"Call","version":"1.0.0"}"#)
        try client.send(text: start)
        /// One letter a message: speech, quiet, mark, clear.
        var heard = "", ahead = -Double.infinity
        let samples =
            voice(0.8) + Tools.silence(2.4) + voice(0.8) + Tools.silence(0.8) + voice(0.8) + Tools.silence(2.4)
        try converse(client, samples) {
            for bytes in try encoder.encode($0) { try client.send(text: media(bytes)) }
        } hear: { message, seconds in
            guard case .text(let text) = message else {
                Issue.record("\(message)")
                return
            }
            let event = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            #expect(event?["streamSid"] as? String == "MZ1")
            guard let payload = (event?["media"] as? [String: Any])?["payload"] as? String else {
                heard += event?["event"] as? String == "clear" ? "c" : "m"
                return
            }
            let bytes = try #require(Base64.decode(payload))
            #expect(bytes.count == 640)
            heard += decoder.decode(bytes)!.contains { abs($0) > 0.1 } ? "s" : "q"
            ahead = max(ahead, Double(heard.filter { "sq".contains($0) }.count) * 0.08 - seconds)
        }
        // 8 s at 50 messages a second are no flood; an answer, its mark, one that is broken off, another.
        // What the resampler holds back, 2 ms, sounds behind them.
        let expected = /q+s{13}ms?q+s+cs?q+s{13}ms?q*/
        #expect(heard.wholeMatch(of: expected) != nil, "\(heard)")
        #expect(heard.count > 75 && ahead < 0.2, "\(heard.count) \(ahead)")
        try client.send(text: #"{"event":"stop","streamSid":"MZ1","stop":{"callSid":"CA1"}}"#)
        #expect(try lastCode(client) == 1000)
    }

    @Test(.timeLimit(.minutes(1))) func tooMuchAudioInTextIsDroppedAndTheCallGoesOn() throws {
        let service = try FakeService(), client = try WebSocketClient(service.url("/twilio"))
        try client.send(text: start)
        // Three quarters of a minute at once, of which four seconds are taken.
        for _ in 0..<50 { try client.send(text: media([UInt8](repeating: 0xff, count: 7200))) }
        usleep(500_000)
        let dropped = service.metric("duet_audio_in_dropped_messages_total")
        #expect(dropped == 45)
        try client.send(text: #"{"event":"stop"}"#)
        #expect(try lastCode(client) == 1000)
    }

    @Test(.timeLimit(.minutes(1))) func tooManyEventsEndTheCall() throws {
        let service = try FakeService(), client = try WebSocketClient(service.url("/twilio"))
        try client.send(text: start)
        // Half of them would do where nobody takes the processor away.
        for _ in 0..<160 { try client.send(text: #"{"event":"dtmf"}"#) }
        #expect(try lastCode(client) == 1008)
    }

    // MARK: Moshi

    @Test(.timeLimit(.minutes(1))) func aMoshiClientThatSendsNoOggIsEnded() throws {
        let service = try FakeService(), client = try WebSocketClient(service.url("/api/chat"))
        for _ in 0..<50 { try client.send(binary: [1] + [UInt8](repeating: 7, count: 100)) }
        #expect(try lastCode(client) == 1003)
    }
}

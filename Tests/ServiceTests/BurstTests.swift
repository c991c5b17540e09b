// Audio that does not come as it is spoken: in pieces of a second, or all at once after a stall. It is heard late, and whole.

import Audio
import Basics
import Foundation
import Simulation
import DuetTesting
import Testing

@testable import Wire
@testable import Callers
@testable import Service

/// A telephone call, as far as these tests need one.
private final class TwilioCaller: ClientWire {
    private let encoder = try! AudioEncoder(.telephone)

    func opening() -> [WireMessage] { [.text(#"{"event":"start","streamSid":"MZ1","start":{"tracks":["inbound"]}}"#)] }
    func begins(_ message: WireMessage) -> Bool { true }
    func encode(_ samples: [Float]) throws(OpusError) -> [WireMessage] {
        try encoder.encode(samples).map {
            .text(#"{"event":"media","media":{"payload":"\#(Base64.encode($0))"}}"#)
        }
    }
    func read(_ message: WireMessage, at seconds: Double) -> [ClientReceived] {
        guard case .text(let text) = message, text.contains(#""event":"mark""#) else { return [] }
        return [.event(NativeEvent.outputDone("answer", interrupted: false), at: seconds)]
    }
    func closing() -> WireMessage { .text(#"{"event":"stop"}"#) }
}

@Suite struct BurstTests {
    /// What came of a talk: slices of the voice that were heard, answers, and milliseconds that the client is told were dropped.
    private struct Outcome {
        var heard = 0, answers = 0, dropped = 0
        var answeredAt: Double?
    }

    /// Sends `samples` in pieces that end at `ends`, in seconds of the talk, each when its last sample has been spoken or later.
    private func talk(_ path: String, _ samples: [Float], pieces: [(end: Double, sent: Double)]) throws -> Outcome {
        let entry = WireProtocols.entry(path: path)!, format = AudioFormat(codec: .pcm, rate: 16_000)!
        let server = try VirtualWorker(model: FakeModel(slots: 1)), session = server.open(entry)!
        let wire = try ClientWires.make(path: path, format: format) ?? TwilioCaller()
        var outcome = Outcome(), done = 0
        func hear() {
            for (message, seconds) in session.receive() {
                for case .event(let event, _) in wire.read(message, at: seconds) {
                    outcome.heard += event.contains("input_transcript.delta") ? 1 : 0
                    outcome.dropped += OverloadNotice.dropped(event)
                    guard event.contains("output_transcript.done") else { continue }
                    outcome.answers += 1
                    outcome.answeredAt = outcome.answeredAt ?? seconds
                }
            }
        }
        for message in wire.opening() { session.send(message) }
        for (end, sent) in pieces {
            server.advance(to: Instant.zero.advanced(milliseconds: Int64(sent * 1000)))
            hear()
            let next = min(samples.count, Int(end * 16_000))
            for message in try wire.encode(Array(samples[done..<next])) { session.send(message) }
            done = next
        }
        server.advance(to: server.now.advanced(milliseconds: 4000))
        hear()
        return outcome
    }

    /// Pieces of a constant length, each sent when it is complete.
    private func even(_ seconds: Double, of length: Double) -> [(end: Double, sent: Double)] {
        stride(from: length, through: seconds + 1e-6, by: length).map { ($0, $0) }
    }

    private func voice(_ seconds: Double) -> [Float] { [Float](repeating: 0.3, count: Int(seconds * 16_000)) }

    @Test(arguments: ["/v1/duplex", "/v1/live/sessions", "/v1/realtime", "/api/chat", "/twilio"])
    func piecesOfASecondAreHeardWhole(_ path: String) throws {
        let samples = Tools.silence(1) + voice(0.5) + Tools.silence(2.5)
        let outcome = try talk(path, samples, pieces: even(4, of: 1))
        #expect(outcome.answers == 1 && outcome.dropped == 0)
        if !["/api/chat", "/twilio"].contains(path) { #expect((6...8).contains(outcome.heard)) }
    }

    /// A mobile network that stands still for two seconds, and then brings all of it at once.
    @Test(arguments: ["/v1/duplex", "/v1/live/sessions", "/v1/realtime", "/api/chat", "/twilio"])
    func whatAStallBringsAtOnceIsHeardWhole(_ path: String) throws {
        let samples = Tools.silence(1) + voice(0.5) + Tools.silence(4)
        let pieces = even(5.5, of: 0.02).map { ($0.end, $0.sent < 0.9 || $0.sent > 2.9 ? $0.sent : 2.9) }
        let outcome = try talk(path, samples, pieces: pieces)
        #expect(outcome.answers == 1 && outcome.dropped == 0)
        if !["/api/chat", "/twilio"].contains(path) { #expect((6...8).contains(outcome.heard)) }
        // The voice is heard from 3 s on, and 0.24 s of the silence behind it; an answer takes less than a second.
        #expect(outcome.answeredAt ?? .infinity < 5.2)
    }

    /// Four seconds may come at once; what comes beyond is not read.
    @Test func whatIsTooMuchIsDropped() throws {
        let outcome = try talk("/v1/duplex", voice(6), pieces: even(6, of: 0.1).map { ($0.end, 6) })
        #expect((48...56).contains(outcome.heard))
    }

    /// One message may be longer than what may wait: what has no room is lost, and the client is told.
    @Test func whatHasNoRoomIsDroppedAndTold() throws {
        let outcome = try talk("/v1/duplex", voice(6), pieces: even(6, of: 3).map { ($0.end, 6) })
        #expect((1500...2500).contains(outcome.dropped))
        #expect((48...56).contains(outcome.heard))
    }
}

extension OverloadNotice {
    /// Milliseconds that were dropped because they came too fast; 0 where the message is another.
    fileprivate static func dropped(_ text: String) -> Int {
        guard text.contains("input_overrun"), let field = text.range(of: "\"dropped_ms\":") else { return 0 }
        return Int(text[field.upperBound...].prefix { $0.isNumber }) ?? 0
    }
}

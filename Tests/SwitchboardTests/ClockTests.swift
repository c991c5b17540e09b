// Models of any rate and slice converse over every protocol: words, times and the length of audio are right.

import Audio
import Basics
import Dialogue
import Foundation
import Simulation
import Switchboard
import Testing
import Wire

@Suite struct ClockTests {
    /// A way to the server, and what it tells.
    struct Way: CustomTestStringConvertible, Sendable {
        let path: String, format: AudioFormat
        /// Audio comes at all times, and at the level at which it was spoken; events say when, and what the user said.
        var isSteady = true, isPlain = true, tellsTimes = false, tellsUser = true
        var testDescription: String { "\(path) \(format.codec) \(format.rate)" }
    }

    private static let clocks = [(16_000, 80), (24_000, 40), (8_000, 100), (48_000, 20), (16_000, 200)].map {
        SliceClock(rate: $0, sliceMilliseconds: $1)
    }
    private static let ways = [
        Way(path: "/v1/duplex", format: AudioFormat(codec: .pcm, rate: 16_000)!, tellsTimes: true),
        Way(path: "/v1/duplex", format: AudioFormat(codec: .pcm, rate: 48_000)!, tellsTimes: true),
        Way(path: "/v1/duplex", format: .telephone, tellsTimes: true),
        Way(path: "/v1/duplex", format: .standard, isPlain: false, tellsTimes: true),
        Way(path: "/v1/live/sessions", format: .pcm24),
        Way(path: "/v1/realtime", format: .pcm24, isSteady: false),
        Way(path: "/api/chat", format: .standard, isPlain: false, tellsUser: false),
    ]

    /// Silence for 200 ms, a voice for 800 ms, and silence again.
    private struct Talk {
        /// Samples, and those that are loud, at the client's rate.
        var heard = 0, loud = 0
        var events: [[String: Any]] = []

        init(_ clock: SliceClock, _ way: Way) throws {
            let worker = try VirtualWorker(model: FakeModel(slots: 1, clock: clock, hearsExactly: false))
            let entry = try #require(WireProtocols.entry(path: way.path)), link = try #require(worker.open(entry))
            let made = try ClientWires.make(path: way.path, format: way.format), client = try #require(made)
            client.opening().forEach { link.send($0) }
            for packet in 0..<250 {
                let samples = (0..<320).map { way.isPlain ? 0.4 : 0.4 * Float(sin(0.1 * Double($0))) }
                let isLoud = (10..<50).contains(packet)
                try client.encode(isLoud ? samples : [Float](repeating: 0, count: 320)).forEach { link.send($0) }
                worker.advance(to: worker.now.advanced(milliseconds: 20))
                for (message, seconds) in link.receive() {
                    for heard in client.read(message, at: seconds) { take(heard) }
                }
            }
            #expect(worker.board.engine.counters.missingSamples == 0 && worker.counts[.protocolErrors] == nil)
        }

        private mutating func take(_ what: ClientReceived) {
            switch what {
            case .audio(let samples):
                heard += samples.count
                loud += samples.count { abs($0) > 0.2 }
            case .event(let text, _):
                let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                events.append(event ?? [:])
            }
        }

        func all(_ type: String) -> [[String: Any]] { events.filter { $0["type"] as? String == type } }
        func texts(_ type: String) -> [String] { all(type).compactMap { $0["text"] as? String } }
    }

    @Test(arguments: clocks, ways) func aConversationIsRight(_ clock: SliceClock, _ way: Way) throws {
        let talk = try Talk(clock, way), slice = clock.sliceMilliseconds
        // The user's words are slices of voice, the first and the last perhaps in part.
        let words = talk.texts("session.input_transcript.done").first?.split(separator: " ").count
        if way.tellsUser {
            #expect(words.map { (800 / slice - 1...800 / slice + 1).contains($0) } == true, "\(words ?? 0) words")
        }
        // The model answers a seed of 0 for 240 ms: a word a slice, the last of them silent.
        let answer = max(2, clock.slices(milliseconds: 240)), said = (3...answer + 1).map(String.init)
        #expect(talk.texts("session.output_transcript.done") == [said.joined(separator: " ")])
        if way.isSteady {
            #expect((5000 - 3 * slice - 120...5000).contains(talk.heard / 16), "\(talk.heard / 16) ms")
        }
        if way.isPlain { #expect(abs(talk.loud - answer * slice * 16) <= 64, "\(talk.loud) loud samples") }
        if way.tellsTimes { try check(talk, slice) }
    }

    private func check(_ talk: Talk, _ slice: Int) throws {
        let heard = talk.all("session.input_transcript.delta"), said = talk.all("session.output_transcript.delta")
        for (i, delta) in heard.enumerated() {
            #expect(delta["start_ms"] as? Int == (200 / slice + i) * slice)
            #expect(delta["end_ms"] as? Int == (200 / slice + i + 1) * slice)
        }
        // The turn is over after 240 ms of silence.
        let end = try #require(talk.all("session.input_transcript.done").first?["end_ms"] as? Int)
        #expect(abs(end - 1240) <= 2 * slice, "\(end) ms")
        #expect(said.first?["start_ms"] as? Int == end)
        let states = talk.all("session.state").compactMap { $0["at_ms"] as? Int }
        let answer = max(2, SliceClock(rate: 8_000, sliceMilliseconds: slice).slices(milliseconds: 240))
        #expect(states == [end, end + answer * slice])
    }

    @Test(arguments: clocks) func aCallIsRight(_ clock: SliceClock) throws {
        let worker = try VirtualWorker(model: FakeModel(slots: 1, clock: clock, hearsExactly: false))
        let entry = try #require(WireProtocols.entry(path: "/twilio")), link = try #require(worker.open(entry))
        link.send(.text(#"{"event":"start","streamSid":"MZ1"}"#))
        let encoder = try AudioEncoder(.telephone), decoder = try AudioDecoder(.telephone)
        var bytes = 0, loud = 0, begun: Int?
        for packet in 0..<250 {
            let level: Float = (10..<50).contains(packet) ? 0.4 : 0
            for message in try encoder.encode([Float](repeating: level, count: 320)) {
                let payload = Data(message).base64EncodedString()
                link.send(.text(#"{"event":"media","media":{"payload":"\#(payload)"}}"#))
            }
            worker.advance(to: worker.now.advanced(milliseconds: 20))
            for case (.text(let text), _) in link.receive() {
                let event = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                guard let payload = (event?["media"] as? [String: Any])?["payload"] as? String else { continue }
                let heard = Array(try #require(Data(base64Encoded: payload)))
                bytes += heard.count
                loud += try #require(decoder.decode(heard)).count { $0 > 0.2 }
                if loud > 0 { begun = begun ?? bytes / 8 }
            }
        }
        let slice = clock.sliceMilliseconds
        #expect((5000 - 3 * slice - 120...5000).contains(bytes / 8), "\(bytes / 8) ms")
        #expect(abs(loud - max(2, clock.slices(milliseconds: 240)) * slice * 16) <= 64, "\(loud) loud samples")
        // The end of the slice in which the answer begins.
        #expect(abs(try #require(begun) - slice - 1240) <= 2 * slice, "\(begun ?? 0) ms")
        #expect(worker.board.engine.counters.missingSamples == 0)
    }

    /// It says how long the fake model's answer is.
    @Test(arguments: [0, 4, 10]) func aSeedReachesTheStages(_ seed: Int) throws {
        let start = #""customParameters":{"seed":"\#(seed)"}"#
        let openings: [(path: String, query: String, text: String?)] = [
            ("/v1/duplex", "", #"{"type":"session.start","session":{"seed":\#(seed)}}"#),
            ("/v1/realtime", "seed=\(seed)", nil), ("/api/chat", "seed=\(seed)", nil),
            ("/twilio", "", #"{"event":"start","start":{"streamSid":"MZ1",\#(start)}}"#),
        ]
        for opening in openings {
            let worker = try VirtualWorker(model: FakeModel(slots: 1))
            var said = 0
            worker.board.witness = { if case .assistantText = $0 { said += 1 } }
            let entry = try #require(WireProtocols.entry(path: opening.path))
            let link = try #require(worker.open(entry, query: opening.query))
            if let text = opening.text { link.send(.text(text)) }
            let slot = Slot(index: 0, generation: 1)
            worker.board.engine.deliver(.tell(slot, words: []), at: worker.now)
            worker.advance(to: worker.now.advanced(milliseconds: 4000))
            #expect(said == 2 + seed, "\(opening.path)")
        }
    }
}

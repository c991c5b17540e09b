// The real server with its bundled model on a free port, a held-out voice, and an independent recogniser.

import Audio
import Basics
import Evaluation
import Families
import Foundation
import Synchronization
import DuetTesting
import Testing

@testable import Sockets
@testable import Wire
@testable import Callers
@testable import Service

/// A service with the bundled model that ends with the test.
private final class RunningService {
    let service: Service

    init(sessionsMax: Int = 4) throws {
        service = try Service(ServiceOptions(port: 0, workers: 1, sessionsMax: sessionsMax), model: Tools.model)
    }

    deinit { service.stop() }

    var url: String { "ws://127.0.0.1:\(service.port)/v1/duplex" }

    func talk(_ samples: [Float], codec: AudioFormat.Codec = .opus) throws -> (
        recording: Recording, events: [[String: Any]]
    ) {
        let messages = Messages()
        let partner = TalkRecorder(TalkSource(samples)) { messages.add($0) }
        try TalkSession(url: url, partner: partner, format: AudioFormat(codec: codec, rate: 24_000)!).run()
        return (partner.recording, messages.events)
    }
}

/// How a server refuses; status 0 when it does not.
private struct Refusal {
    var status = 0
    var head = ""
    var body = ""

    init(of url: String) {
        let attempt: Result<WebSocketClient, any Error> = Result { try WebSocketClient(url) }
        guard case .failure(let error) = attempt, let refused = error as? WebSocketError else { return }
        guard case .refused(let status, let head, let body) = refused else { return }
        (self.status, self.head, self.body) = (status, head, body)
    }
}

/// Sends `samples`, 16 kHz, as they would be spoken, in pieces of 20 ms, and passes on what comes meanwhile with the seconds since
/// the beginning.
func converse(
    _ client: WebSocketClient, _ samples: [Float], send: ([Float]) throws -> Void,
    hear: (WireMessage, Double) throws -> Void
) throws {
    let begun = Date(), piece = 320
    for at in stride(from: 0, to: samples.count, by: piece) {
        try send(Array(samples[at..<min(samples.count, at + piece)]))
        let due = Double(at + piece) / 16_000
        while case let left = due + begun.timeIntervalSinceNow, left > 0 {
            if let message = try client.receive(timeout: left) { try hear(message, -begun.timeIntervalSinceNow) }
        }
    }
}

@Suite(.serialized) struct EndToEndTests {
    @Test(.timeLimit(.minutes(2))) func aHeldOutVoiceAsksAndARecogniserUnderstandsTheAnswer() throws {
        let service = try RunningService()
        let question = try Tools.speech("what day comes after monday")
        let (recording, events) = try service.talk(Tools.silence(0.6) + question + Tools.silence(4))
        let said = events.first { $0["type"] as? String == "session.output_transcript.done" }?["text"] as? String
        #expect(said == "tuesday comes after monday")
        let answer = Array(recording.assistant.dropFirst(Int((recording.assistantSpans.first?.start ?? 0) * 16_000)))
        let vocabulary = [
            "tuesday", "comes", "after", "monday", "the", "capital", "of", "sunday", "is", "seven", "paris",
        ]
        let heard = try Tools.recognize(answer, vocabulary: vocabulary)
        #expect(heard.contains("tuesday") && heard.contains("monday"), "the recogniser heard \(heard)")
        let latency = recording.latencies.first?.seconds ?? .infinity
        #expect(latency > 0 && latency < 1.5)
    }

    @Test(.timeLimit(.minutes(2))) func anInterruptionIsYieldedToAndAnswered() throws {
        let service = try RunningService()
        let story = try Tools.speech("tell me a story"), stop = try Tools.speech("what is the capital of italy")
        let onset = 0.6 + Double(story.count) / 16_000 + 3
        let (recording, events) = try service.talk(
            Tools.silence(0.6) + story + Tools.silence(3) + stop + Tools.silence(5), codec: .pcm)
        #expect(events.contains { $0["type"] as? String == "session.interrupted" })
        let during = recording.assistantSpans.first { $0.start < onset && $0.end > onset }
        #expect(during != nil, "the assistant was not talking")
        #expect((during?.end ?? .infinity) < onset + 1.2)
        let answers = events.filter { $0["type"] as? String == "session.output_transcript.done" }.compactMap {
            $0["text"] as? String
        }
        #expect(answers.last == "the capital of italy is rome")
    }

    @Test(.timeLimit(.minutes(2))) func aMoshiClientHearsOneStreamAndReadsTheAnswer() throws {
        let service = try RunningService()
        let client = try WebSocketClient(service.url.replacing("v1/duplex", with: "api/chat?text_seed=1&audio_seed=3"))
        #expect(try client.receive() == .binary([0]))
        let encoder = try AudioEncoder(.standard), decoder = try AudioDecoder(.standard)
        var muxer = OggMuxer(), demuxer = OggDemuxer(), waiting = muxer.head(rate: 24_000)
        var text = "", packets: [[UInt8]] = []
        let samples = try Tools.silence(0.6) + Tools.speech("what day comes after monday") + Tools.silence(4)
        try converse(client, samples) {
            for packet in try encoder.encode($0) { waiting += muxer.page(packet) }
            // A page ends where it happens, not with its message.
            try client.send(binary: [1] + waiting.dropLast(9))
            waiting = waiting.suffix(9)
            try client.send(binary: [6])
        } hear: { message, _ in
            guard case .binary(let bytes) = message else {
                Issue.record("\(message)")
                return
            }
            switch bytes[0] {
            case 1: packets += demuxer.append(bytes.dropFirst())
            case 2: text += try #require(String(validating: bytes.dropFirst(), as: UTF8.self))
            default: Issue.record("kind \(bytes[0])")
            }
        }
        #expect(text == " tuesday comes after monday")
        #expect(packets[0].starts(with: "OpusHead".utf8) && packets[1].starts(with: "OpusTags".utf8))
        let heard = try packets.dropFirst(2).map { try #require(decoder.decode($0)) }
        // A stream without gaps, of silence and of speech.
        #expect(demuxer.losses == 0 && abs(heard.count - samples.count / 1280) < 8)
        #expect(
            heard.contains { $0.contains { abs($0) > 0.1 } } && heard.contains { $0.allSatisfy { abs($0) < 0.001 } })
    }

    /// Asks for the end; gives the last message.
    private func close(_ client: WebSocketClient, reading: (WireMessage) throws -> Void) throws -> WireMessage? {
        try client.send(text: #"{"type":"session.close"}"#)
        while let message = try client.receive(timeout: 3) {
            try reading(message)
            if case .close = message { return message }
        }
        return nil
    }

    @Test(.timeLimit(.minutes(2))) func aLiveClientAsksReadsTheAnswerAndHasATextSpoken() throws {
        let service = try RunningService(), format = AudioFormat(codec: .pcm, rate: 24_000)!
        let client = try WebSocketClient(service.url.replacing("v1/duplex", with: "v1/live/sessions"))
        try client.send(
            text:
                #"{"type":"session.start","session":{"model":"duet-mini","audio":{"format":{"type":"audio/pcm","rate":24000}}}}"#
        )
        let encoder = try AudioEncoder(format), decoder = try AudioDecoder(format)
        var types: Set<String> = [], asked = "", said = "", heard: [Float] = []
        func take(_ message: WireMessage) throws {
            guard case .text(let text) = message else { return }
            let event = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            let type = try #require(event["type"] as? String), delta = event["delta"] as? String
            types.insert(type)
            switch type {
            case "session.input_transcript.delta": asked += delta ?? ""
            case "session.output_transcript.delta": said += delta ?? ""
            case "session.output_audio.delta":
                heard += try #require(Base64.decode(delta ?? "").flatMap { decoder.decode($0) })
            default: break
            }
        }
        func say(_ samples: [Float]) throws {
            try converse(client, samples) {
                for bytes in try encoder.encode($0) {
                    try client.send(
                        text: #"{"type":"session.input_audio.append","audio":"\#(Base64.encode(bytes))"}"#)
                }
            } hear: { message, _ in
                try take(message)
            }
        }
        let question = try Tools.speech("what day comes after monday")
        try say(Tools.silence(0.6) + question + Tools.silence(3.5))
        #expect(asked == " what day comes after monday" && said == " tuesday comes after monday")
        let words = try Tools.recognize(heard, vocabulary: ["tuesday", "comes", "after", "monday", "seven", "paris"])
        #expect(words.contains("tuesday") && words.contains("monday"), "the recogniser heard \(words)")
        // In real time, and silence is silence.
        #expect(abs(heard.count - Int(4.1 * 16_000) - question.count) < 6400)
        #expect(heard.prefix(8000).allSatisfy { $0 == 0 } && heard.suffix(3200).allSatisfy { $0 == 0 })
        (said, heard) = ("", [])
        try client.send(text: #"{"type":"session.commentary.append","content":"good morning"}"#)
        try say(Tools.silence(2.5))
        #expect(said == " good morning" && heard.contains { abs($0) > 0.1 })
        #expect(try close(client, reading: take) == .close(code: 1000, reason: ""))
        #expect(types.isSuperset(of: ["session.started", "session.commentary.appended", "session.closed"]))
        #expect(!types.contains("error"))
    }

    @Test(.timeLimit(.minutes(2))) func whatWasToldBeforeTheConnectionWasLostIsRemembered() throws {
        let service = try RunningService(sessionsMax: 1), client = try ReturningClient(service.url)
        try client.talk(Tools.silence(0.6) + Tools.speech("my name is peter") + Tools.silence(0.4))
        // It is answered while nobody listens.
        client.cutOff()
        usleep(3_000_000)
        try client.comeBack(after: client.last.map { Int64($0.sequence) })
        #expect(try client.next("session.resumed") != nil)
        try client.talk(Tools.silence(1) + Tools.speech("what is my name") + Tools.silence(3))
        let answers = client.events.filter { $0["type"] as? String == "session.output_transcript.done" }.compactMap {
            $0["text"] as? String
        }
        #expect(answers == ["nice to meet you peter", "your name is peter"])
    }

    @Test(.timeLimit(.minutes(1))) func theClientsInterruptSilencesAtOnce() throws {
        let service = try RunningService(), client = try WebSocketClient(service.url)
        let encoder = try AudioEncoder(AudioFormat(codec: .pcm, rate: 16_000)!)
        try client.send(
            text:
                #"{"type":"session.start","session":{"audio":{"input":{"type":"audio/pcm","rate":16000},"output":{"type":"audio/pcm","rate":16000}}}}"#
        )
        let samples = try Tools.silence(0.6) + Tools.speech("tell me a story") + Tools.silence(6)
        var loudAfter = 0, interrupted: Int?
        for (number, at) in stride(from: 0, to: samples.count - 1280, by: 1280).enumerated() {
            for message in try encoder.encode(Array(samples[at..<at + 1280])) { try client.send(binary: message) }
            usleep(78_000)
            while let message = try client.receive(timeout: 0.001) {
                guard case .binary(let bytes) = message else { continue }
                let loud = stride(from: 1, to: bytes.count, by: 2).contains { (4...251).contains(bytes[$0]) }
                if let sent = interrupted, number > sent + 3, loud { loudAfter += 1 }
                if loud && interrupted == nil {
                    interrupted = number
                    try client.send(text: #"{"type":"session.interrupt"}"#)
                }
            }
            if let sent = interrupted, number > sent + 15 { break }
        }
        #expect(interrupted != nil, "the assistant never spoke")
        #expect(loudAfter == 0)
    }

    @Test(.timeLimit(.minutes(1))) func aFullServerRefusesAtTheDoorAndHealthStaysGreen() throws {
        let service = try RunningService(sessionsMax: 1)
        let first = try WebSocketClient(service.url)
        let refusal = Refusal(of: service.url)
        #expect(refusal.status == 503 && refusal.body.contains("capacity_exhausted"))
        #expect(refusal.head.lowercased().contains("retry-after"))
        #expect(
            service.service.metricsText.contains("duet_admission_rejected_total{reason=\"capacity_exhausted\"} 1.0"))
        try first.close()
        _ = try first.receive()
        usleep(200_000)
        _ = try WebSocketClient(service.url)
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatBreaksTheProtocolTouchesNobodyElse() throws {
        let service = try RunningService(), good = try WebSocketClient(service.url)
        try good.send(text: #"{"type":"session.start"}"#)
        #expect(try good.receive().map { "\($0)".contains("session.started") } == true)
        let wrongFirst = try WebSocketClient(service.url)
        try wrongFirst.send(text: #"{"type":"session.close"}"#)
        #expect(try wrongFirst.receive().map { "\($0)".contains("expected_session_start") } == true)
        #expect(try wrongFirst.receive() == .close(code: 1008, reason: "expected_session_start"))
        let tooLong = try WebSocketClient(service.url)
        try tooLong.send(binary: [UInt8](repeating: 0, count: (64 << 10) + 1))
        guard case .close(1009, _)? = try tooLong.receive() else {
            Issue.record("no 1009")
            return
        }
        try good.send(text: #"{"type":"session.close"}"#)
        while let message = try good.receive() {
            if case .close(let code, _) = message {
                #expect(code == 1000)
                break
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func stoppingTellsEverySession() throws {
        var service: RunningService? = try RunningService()
        let client = try WebSocketClient(service!.url)
        try client.send(text: #"{"type":"session.start"}"#)
        _ = try client.receive()
        service = nil
        var texts: [String] = []
        while let message = try client.receive() {
            if case .text(let text) = message { texts.append(text) }
            if case .close(let code, _) = message {
                #expect(code == 1001)
                break
            }
        }
        #expect(texts.contains { $0.contains("server_draining") })
    }

    @Test(.timeLimit(.minutes(1))) func aLoadHoldsItsConversationsAndTimesThem() throws {
        let service = try RunningService()
        let loop = try ClipLoop([Tools.speech("what day comes after monday")], pause: 3)
        var marks: [LoadGenerator.Mark] = []
        let heard = LoadGenerator(url: service.url, loop: loop, sessions: 3, seconds: 5, jitter: 1).run {
            marks.append($0)
        }
        #expect(heard.failures.isEmpty, "\(heard.failures)")
        #expect(heard.admissions.count == 3 && heard.answers > 0 && heard.gaps.isEmpty)
        #expect(heard.sendings.count >= 3 * 250 && heard.lateness.count >= 3 * 50)
        #expect(marks == [.allTalk, .ending])
        let refused = LoadGenerator(
            url: service.url.replacing("duplex", with: "nothing"), loop: loop, sessions: 2, seconds: 5, jitter: 1
        ).run()
        #expect(refused.failures.count == 2)
    }
}

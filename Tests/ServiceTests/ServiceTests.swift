// The whole service on a free port, with a model that has no weights.

import Audio
import Basics
import Evaluation
import Dialogue
import Families
import Kernels
import Foundation
import Kernels
import DuetTesting
import Testing
import Wire

@testable import Simulation
@testable import Sockets
@testable import Callers
@testable import Service

/// A service that ends with the test.
final class FakeService {
    let service: Service

    init(
        workers: Int = 1, sessionsMax: Int = 4, resumeSeconds: Int = 30, secondsMax: Int? = nil,
        sessionsPerAddressMax: Int? = nil, model: any LoadedModel = FakeLoaded(),
        changing: (inout ServiceOptions) -> Void = { _ in }
    ) throws {
        var options = ServiceOptions(port: 0, workers: workers, sessionsMax: sessionsMax)
        options.resumeSeconds = resumeSeconds
        options.sessionSecondsMax = secondsMax
        options.sessionsPerAddressMax = sessionsPerAddressMax
        changing(&options)
        service = try Service(options, model: model)
    }

    deinit { service.stop() }

    var url: String { url("/v1/duplex") }

    func url(_ path: String) -> String { "ws://127.0.0.1:\(service.port)\(path)" }

    func metric(_ name: String) -> Double {
        let line = service.metricsText.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.split(separator: " ")[1]) } ?? .nan
    }

    /// A client whose session has started, with 16-kHz PCM both ways.
    func client() throws -> WebSocketClient {
        let client = try WebSocketClient(url), form = #"{"type":"audio/pcm","rate":16000}"#
        try client.send(
            text: #"{"type":"session.start","session":{"audio":{"input":\#(form),"output":\#(form)}}}"#)
        #expect("\(String(describing: try client.receive()))".contains("session.started"))
        return client
    }

    /// Two seconds of somebody who behaves: gaps heard, and whether an answer came.
    func behave() throws -> (answered: Bool, seconds: Double) {
        let voice = [Float](repeating: 0.3, count: 16_000), silence = [Float](repeating: 0, count: 16_000)
        let partner = TalkRecorder(TalkSource(voice + silence)) { _ in }
        try TalkSession(url: url, partner: partner, format: AudioFormat(codec: .pcm, rate: 16_000)!).run()
        let recording = partner.recording
        return (!recording.assistantWords.isEmpty, Double(recording.assistant.count) / 16_000)
    }
}

private func isRefused(_ url: String) -> Bool {
    do {
        _ = try WebSocketClient(url)
        return false
    } catch WebSocketError.refused(503, _, _) { return true } catch { return false }
}

@Suite(.serialized) struct ServiceTests {
    /// The fake hears what it is told as well as what is said.
    @Test(.timeLimit(.minutes(1)))
    func aRealtimeSessionAnswersWhatIsTypedAndEndsWhenItsTimeIsUp() throws {
        let service = try FakeService(secondsMax: 6), client = try WebSocketClient(service.url("/v1/realtime?model=m"))
        try client.send(
            text:
                #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}"#
        )
        try client.send(text: #"{"type":"response.create"}"#)
        var types: [String] = [], code: UInt16 = 0
        while let message = try client.receive(timeout: 20) {
            if case .close(let closing, _) = message {
                code = closing
                break
            }
            guard case .text(let text) = message,
                let event = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            else { continue }
            types.append(event["type"] as? String ?? "")
        }
        #expect(types.first == "session.created" && types.last == "error" && code == 1001, "\(types) \(code)")
        #expect(types.contains("response.created") && types.contains("response.output_audio.delta"), "\(types)")
        let metric = service.metric("duet_sessions_active")
        #expect(metric == 0)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [(1, 2), (2, 1), (2, 3), (3, 4)])
    func sessionsStayWithinTheMostOverAllWorkers(_ workers: Int, _ sessionsMax: Int) throws {
        let service = try FakeService(workers: workers, sessionsMax: sessionsMax)
        #expect(service.metric("duet_sessions_capacity") == Double(sessionsMax))
        var clients = try (0..<sessionsMax).map { _ in try service.client() }
        #expect(isRefused(service.url))
        // One leaves, one comes.
        try clients.removeLast().close()
        var isOpen = false
        for _ in 0..<50 where !isOpen {
            usleep(20_000)
            isOpen = !isRefused(service.url)
        }
        #expect(isOpen)
    }

    @Test(.timeLimit(.minutes(1))) func aFloodOfAudioIsDroppedAndTouchesNobodyElse() throws {
        let service = try FakeService(), flooder = try service.client()
        // 64 KiB of PCM are two seconds: ten minutes of audio at once.
        let flood = Thread {
            let second = [UInt8](repeating: 1, count: 64_000)
            for _ in 0..<300 { guard (try? flooder.send(binary: second)) != nil else { return } }
        }
        flood.start()
        let (answered, seconds) = try service.behave()
        #expect(answered && seconds > 1.7)
        #expect(service.metric("duet_audio_in_dropped_messages_total") > 200)
    }

    @Test(.timeLimit(.minutes(1))) func aFloodOfEventsEndsItsOwnSessionAlone() throws {
        let service = try FakeService(), flooder = try service.client()
        let filler = String(repeating: "[", count: 60_000)
        let flood = Thread { for _ in 0..<2000 { guard (try? flooder.send(text: filler)) != nil else { return } } }
        flood.start()
        let (answered, seconds) = try service.behave()
        #expect(answered && seconds > 1.7)
        var code: UInt16?
        let giveUp = Date().addingTimeInterval(5)
        while code == nil, Date() < giveUp, let message = try? flooder.receive(timeout: 2) {
            if case .close(let closed, _) = message { code = closed }
        }
        #expect(code == 1008)
    }

    @Test(.timeLimit(.minutes(1))) func eventsAtAHumanPaceAreNoFlood() throws {
        let service = try FakeService(), client = try service.client()
        for _ in 0..<30 { try client.send(text: #"{"type":"session.interrupt"}"#) }
        try client.send(text: #"{"type":"session.close"}"#)
        var last: UInt16?
        while last == nil, let message = try client.receive(timeout: 2) {
            if case .close(let code, _) = message { last = code }
        }
        #expect(last == 1000)
    }
}

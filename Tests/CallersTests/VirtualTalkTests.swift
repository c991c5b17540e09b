// A talk without a server: the same conversation, at once.

import Audio
import Evaluation
import Families
import Simulation
import DuetTesting
import Testing
import Wire

@testable import Callers

@Suite struct VirtualTalkTests {
    private let pcm = AudioFormat(codec: .pcm, rate: 16_000)!, opus = AudioFormat(codec: .opus, rate: 24_000)!

    private func talk(_ model: any LoadedModel, _ samples: [Float], _ format: AudioFormat) throws -> (
        recording: Recording, texts: [String]
    ) {
        let messages = Messages(), partner = TalkRecorder(TalkSource(samples)) { messages.add($0) }
        try VirtualTalk.run(model, partner: partner, format: format)
        return (partner.recording, messages.all)
    }

    @Test func bothSidesAreAsLongAsTheTalk() throws {
        let (recording, texts) = try talk(FakeLoaded(), [Float](repeating: 0.3, count: 16_000) + Tools.silence(1), pcm)
        #expect(recording.user.count == 32_000)
        #expect((30_000...34_000).contains(recording.assistant.count))
        #expect(texts.first?.contains("session.started") == true && texts.last?.contains("session.closed") == true)
    }

    @Test(arguments: [
        ("/v1/duplex", #"{"type":"session.start"}"#, #"{"type":"session.say","text":"5 日本 7"}"#),
        ("/v1/duplex", #"{"type":"session.start"}"#, #"{"type":"session.tell","text":"5 日本 7"}"#),
        (
            "/v1/live/sessions", #"{"type":"session.start"}"#,
            #"{"type":"session.commentary.append","content":"5 日本 7"}"#
        ),
    ]) func whatCannotBeSaidIsTold(_ path: String, _ start: String, _ event: String) throws {
        let server = try VirtualWorker(model: FakeModel(slots: 1))
        let entry = try #require(WireProtocols.entry(path: path)), session = try #require(server.open(entry))
        for text in [start, event, event.replacing("日本", with: "6")] { session.send(.text(text)) }
        let infos = session.receive().compactMap { message, _ -> String? in
            if case .text(let text) = message, text.contains(#""code":"unspeakable""#) { text } else { nil }
        }
        #expect(infos.count == 1 && infos[0].contains("日本"), "\(infos)")
    }

    @Test func wordsOfATurnComeLaterAndEveryTimeTheSame() throws {
        let samples = Tools.silence(0.6) + [Float](repeating: 0.5, count: 16_000) + Tools.silence(2)
        let (_, texts) = try talk(FakeLoadedCascade(), samples, pcm)
        let guesses = texts.filter { $0.contains("input_transcript.guess") }
        #expect(guesses.count == 2 && guesses[1].contains("10 tenths"), "\(guesses)")
        #expect(texts.count { $0.contains("input_transcript.done") && $0.contains("10 tenths") } == 1)
        let (_, again) = try talk(FakeLoadedCascade(), samples, pcm)
        let shown = { (texts: [String]) in texts.filter { $0.contains("transcript") } }
        #expect(shown(again) == shown(texts))
    }

    @Test(arguments: [AudioFormat.Codec.pcm, .opus]) func theBundledModelAnswersAsOverTheWire(
        _ codec: AudioFormat.Codec
    ) throws {
        let samples = try Tools.silence(0.6) + Tools.speech("what day comes after monday") + Tools.silence(3)
        let format = codec == .pcm ? pcm : opus
        let (recording, texts) = try talk(Tools.model, samples, format)
        #expect(texts.contains { $0.contains("output_transcript.done") && $0.contains("tuesday comes after monday") })
        let latency = recording.latencies.first?.seconds ?? .infinity
        #expect(latency > 0 && latency < 0.6)
        let (again, _) = try talk(Tools.model, samples, format)
        #expect(again.assistant == recording.assistant, "the same talk twice is the same")
    }
}

// A server whose sessions have a mind, over sockets.

import Dialogue
import Foundation
import DuetTesting
import Testing

@testable import Service

@Suite(.serialized) struct MindServiceTests {
    private func service(_ mind: EchoMind) throws -> FakeService {
        try FakeService {
            ($0.mind, $0.limits.mind) = (mind, MindRules())
            // What the fake model can say.
            $0.limits.mind!.failure = "13 14"
        }
    }

    /// The answer to a typed text.
    private func answer(_ service: FakeService, to text: String) throws -> String {
        let client = try ReturningClient(service.url)
        try client.send(text: #"{"type":"session.tell","text":"\#(text)"}"#)
        try client.talk(Tools.silence(2))
        return client.events.filter { $0["type"] as? String == "session.output_transcript.done" }
            .compactMap { $0["text"] as? String }.joined(separator: "|")
    }

    @Test(.timeLimit(.minutes(1))) func theMindAnswersWhatTheModelDoesNot() throws {
        let service = try service(EchoMind())
        #expect(try answer(service, to: "7 8 9") == "7 8 9")
        #expect(service.metric("duet_mind_answers_total") == 1 && service.metric("duet_mind_failures_total") == 0)
    }

    @Test(.timeLimit(.minutes(1))) func aTurnThatIsRecognisedIsAnswered() throws {
        let service = try FakeService(model: FakeLoadedCascade()) {
            ($0.mind, $0.limits.mind) = (EchoMind(), MindRules())
        }
        let client = try ReturningClient(service.url)
        try client.talk([Float](repeating: 0.5, count: 24_000) + Tools.silence(2))
        func texts(_ type: String) -> [String] {
            client.events.filter { $0["type"] as? String == "session.\(type)_transcript.done" }
                .compactMap { $0["text"] as? String }
        }
        let heard = texts("input")
        #expect(heard.count == 1 && heard[0].hasSuffix(" tenths") && texts("output") == heard)
        #expect(client.events.contains { $0["type"] as? String == "session.latency" })
    }

    @Test(.timeLimit(.minutes(1))) func aSessionForWhichTheMindHasNoRoomIsToldSo() throws {
        let service = try service(EchoMind(roomMax: 0))
        #expect(try answer(service, to: "7 8 9") == "13 14")
        #expect(service.metric("duet_mind_failures_total") == 1)
    }
}

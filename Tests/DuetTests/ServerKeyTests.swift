// Commands that talk to a server that wants a key.

import ArgumentParser
import Audio
import Callers
import DuetTesting
import Evaluation
import EvaluationRuns
import Service
import Testing

@testable import Bench
@testable import duet

@Suite(.serialized) struct ServerKeyTests {
    @Test func theCommandLineGoesBeforeTheEnvironment() {
        #expect(ServerKey.choose("a", "b") == "a" && ServerKey.choose(nil, "b") == "b")
        #expect(ServerKey.choose(nil, "") == nil && ServerKey.choose(nil, nil) == nil)
    }

    @Test(arguments: ["a b", "a\r\nX: y", "schlüssel", ""]) func whatNoHeaderCanHoldIsNoKey(_ key: String) throws {
        if key.isEmpty { return #expect(try Talk.parse(["x.wav", "--key", "x"]).key.text == "x") }
        #expect(throws: (any Error).self) { try Talk.parse(["x.wav", "--key", key]) }
    }

    private let pcm = AudioFormat(codec: .pcm, rate: 16_000)!

    private func told(_ service: OpenService, key: String?) -> String {
        do {
            _ = try TalkSession(url: service.url, key: key, partner: TalkRecorder(TalkSource([])), format: pcm)
            return "welcome"
        } catch let error as WebSocketError { return error.told(hasKey: key != nil) } catch { return "\(error)" }
    }

    @Test(.timeLimit(.minutes(1))) func aTalkShowsItsKey() throws {
        let service = try OpenService { $0.keys = ["sesame"] }
        #expect(told(service, key: "sesame") == "welcome")
        #expect(told(service, key: nil) == "the server wants a key (--key or DUET_API_KEY)")
        #expect(told(service, key: "barley") == "the server does not know this key (--key or DUET_API_KEY)")
    }

    @Test(.timeLimit(.minutes(1))) func aFullServerIsCalledFull() throws {
        let service = try OpenService(sessionsMax: 1), first = try WebSocketClient(service.url)
        #expect(told(service, key: nil).hasPrefix("the server is full: all its sessions are taken; try again in "))
        service.service.drain()
        #expect(told(service, key: nil).hasPrefix("the server is about to stop and takes no more sessions"))
        withExtendedLifetime(first) {}
    }

    @Test(.timeLimit(.minutes(1))) func aLoadShowsItsKey() throws {
        let service = try OpenService { $0.keys = ["sesame"] }, loop = try ClipLoop([[0.3, 0.3]], pause: 0.2)
        func failures(_ key: String?) -> [String] {
            LoadGenerator(url: service.url, key: key, loop: loop, sessions: 1, seconds: 0.3, jitter: 1).run().failures
        }
        #expect(failures("sesame") == [])
        #expect(failures(nil) == ["session 0: the server wants a key (--key or DUET_API_KEY)"])
    }

    @Test(.timeLimit(.minutes(1))) func anEvaluationFindsAServerThatWantsAKeyBeforeItBegins() throws {
        let service = try OpenService { $0.keys = ["sesame"] }
        let studio = Studio(voices: try Voices(folder: Tools.folder + "/voices"), seed: 1)
        let error = #expect(throws: CommandError.self) {
            try EvalLive(url: service.url, atOnce: 1, studio: studio).run([])
        }
        #expect(error?.description == "the server wants a key (--key or DUET_API_KEY)" && error?.kind == .unavailable)
    }
}

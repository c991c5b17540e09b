// Scripted conversations with a model in this process and with a server.

import Basics
import Evaluation
import Families
import Foundation
import DuetTesting
import Testing

import Service

@testable import EvaluationRuns

@Suite struct EvalTests {
    private static let voices = try! Voices(folder: Tools.folder + "/voices")
    private let studio = Studio(voices: Self.voices, seed: 1)

    /// Conversations of a few lengths: more than share an engine.
    private func jobs(_ count: Int) throws -> [Job] {
        let scenes = (0..<count).map { index in
            let turns = (0...index % 2).map { _ in
                #"{"say": "what day comes after monday", "expect": ["tuesday comes after monday"]}"#
            }
            return """
                {"id": "test/\(index)", "group": "rms", "voice": {"synthesizer": "flite", "name": "rms"}, "level": -22, "floor": -62,
                 "turns": [\(turns.joined(separator: ","))]}
                """
        }
        let path = "\(Tools.folder)/\(UUID().uuidString).json"
        try Data(#"{"format": 1, "suites": {"turn-taking": [\#(scenes.joined(separator: ","))]}}"#.utf8).write(
            to: URL(fileURLWithPath: path))
        return try Script(path: path).suites[.turnTaking]!.map { Job(suite: .turnTaking, scene: $0) }
    }

    @Test func theBundledModelAnswersAndTheNumberOfThreadsChangesNothing() throws {
        let jobs = try jobs(11)
        let one = EvalVirtual(model: Tools.model, studio: studio, threads: 1).run(jobs)
        let two = EvalVirtual(model: Tools.model, studio: studio, threads: 3).run(jobs)
        #expect(one.map(\.scene.id) == jobs.map(\.scene.id))
        #expect(one.flatMap(\.rows).map(\.latency) == two.flatMap(\.rows).map(\.latency))
        #expect(one.flatMap(\.answers).map(\.samples) == two.flatMap(\.answers).map(\.samples))
        let right = one.flatMap(\.rows).filter { $0.right == true }
        #expect(right.count >= 14, "\(right.count) of 16")
        #expect(one.allSatisfy { $0.failure == nil })
    }

    @Test func aVoiceThatFailsFailsItsConversationWithAReason() throws {
        var job = try jobs(1)[0]
        job.scene.voice = Voice(.espeak, "gmw/no-such-voice")
        let outcome = EvalVirtual(model: FakeLoaded(), studio: studio).run([job])[0]
        #expect(outcome.rows.isEmpty && outcome.failure?.contains("no-such-voice") == true)
    }
}

/// In real time: nothing else may run beside it.
@Suite struct EvalLiveTests {
    @Test(.timeLimit(.minutes(2))) func callersTalkToAServerAsTheyDoOnAVirtualClock() throws {
        let service = try Service(ServiceOptions(port: 0, workers: 1, sessionsMax: 2), model: Tools.model)
        defer { service.stop() }
        let path = "\(Tools.folder)/live.json"
        try Data(
            """
            {"format": 1, "suites": {"turn-taking": [{"id": "live/1", "group": "rms", "level": -22, "floor": -62,
             "voice": {"synthesizer": "flite", "name": "rms"},
             "turns": [{"say": "what day comes after monday", "expect": ["tuesday comes after monday"]}]}]}}
            """.utf8
        ).write(to: URL(fileURLWithPath: path))
        let jobs = try Script(path: path).suites[.turnTaking]!.map {
            Job(suite: .turnTaking, scene: $0)
        }
        let studio = Studio(voices: try Voices(folder: Tools.folder + "/voices"), seed: 1)
        let live = EvalLive(url: "ws://127.0.0.1:\(service.port)/v1/duplex", atOnce: 2, studio: studio)
        let virtual = EvalVirtual(model: Tools.model, studio: studio).run(jobs)[0].rows[0]
        #expect(virtual.right == true)
        // A machine that stalls makes one conversation late, not one in four.
        let agrees = try (0..<4).contains { _ in
            let row = try #require(try live.run(jobs).first?.rows.first)
            return row.right == true && abs(row.latency! - virtual.latency!) < 0.1
        }
        #expect(agrees)
    }
}

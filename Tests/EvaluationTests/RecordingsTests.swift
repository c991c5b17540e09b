// Callers whose voices are recordings.

import Foundation
import Testing

@testable import Evaluation

@Suite struct RecordingsTests {
    private let folder = NSTemporaryDirectory() + "duet-recordings-\(UUID().uuidString)"

    /// Half a second of silence, a second of noise, half a second of silence, a second of noise.
    private func recordings() throws -> Recordings {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let silence = [Float](repeating: 0, count: 8000), voice = Rehearsal.speech(1).samples
        try WAV(rate: 16_000, channels: [silence + voice + silence + voice]).data.write(
            to: URL(fileURLWithPath: folder + "/a.wav"))
        return try Recordings(folder: folder, cache: folder + "/cache")
    }

    private func scene(_ excerpt: Excerpt, channel: ChannelShape? = nil) -> Scene {
        var turn = SceneTurn.request("one coffee")
        turn.excerpt = excerpt
        return Scene(id: "p/1", group: "group 9", voice: nil, channel: channel, turns: [turn])
    }

    @Test func anExcerptIsCutAndTrimmed() throws {
        let recordings = try recordings()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try recordings.speech(Excerpt("a.wav")).count == 40_000)
        #expect(try recordings.speech(Excerpt("a.wav", from: 0.2, to: 1.8)).count == 16_000)
        #expect(try recordings.speech(Excerpt("a.wav", from: 1.0)).count == 32_000)
        #expect(throws: RecordingError.self) { try recordings.speech(Excerpt("a.wav", from: 4)) }
    }

    @Test func whatIsMissingIsSaidInASentence() throws {
        let recordings = try recordings()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(recordings.problem(scene(Excerpt("a.wav"))) == nil)
        #expect(recordings.problem(scene(Excerpt("b.wav")))?.contains("b.wav is missing: Scripts/setup eval") == true)
    }

    @Test func suitesWithoutTheirRecordingsAreSkippedAndTheOthersAreNot() throws {
        let recordings = try recordings()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let there = scene(Excerpt("a.wav")), missing = scene(Excerpt("b.wav"))
        let jobs = [
            Job(suite: .peopleHears, scene: there), Job(suite: .peopleTurns, scene: there),
            Job(suite: .peopleTurns, scene: missing), Job(suite: .turnTaking, scene: Rehearsal.scene([.request()])),
        ]
        let (present, skipped) = recordings.present(jobs)
        #expect(present.map(\.suite) == [.peopleHears, .turnTaking])
        #expect(skipped.count == 1 && skipped[0].hasPrefix("people-turns is skipped: "))
    }

    @Test func theClipHasTheScenesLevelAndTheMicrophoneHearsTheRoom() throws {
        let studio = Studio(voices: try Voices(folder: folder + "/voices"), recordings: try recordings(), seed: 1)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let excerpt = Excerpt("a.wav", from: 0.5, to: 1.5)
        let clip = try #require(studio.clips(scene(excerpt))[0])
        #expect(abs(20 * log10(Signal.rms(clip.samples)) + 24) < 0.1)
        let near = try studio.microphone(scene(excerpt), turn: 0)
        let far = try studio.microphone(scene(excerpt, channel: ChannelShape(room: 0.5)), turn: 0)
        let noisy = try studio.microphone(scene(excerpt, channel: ChannelShape(snr: 10)), turn: 0)
        #expect(near.count == far.count && near != far)
        #expect(abs(20 * log10(Signal.rms(noisy) / Signal.rms(near)) - 0.41) < 0.1)
    }

    @Test func recordingsAreReadFromTheScript() throws {
        func script(_ turn: String) throws -> Script {
            let scene = #"{"id": "a/1", "group": "g", "level": -24, "floor": -62, "turns": [\#(turn)]}"#
            return try Script(data: Data(#"{"format": 1, "suites": {"people-hears": [\#(scene)]}}"#.utf8))
        }
        let turn = try script(#"{"say": "hi", "recording": "x/a.wav", "from": 1, "to": 2.5}"#).suites[.peopleHears]![0]
            .turns[0]
        #expect(turn.excerpt == Excerpt("x/a.wav", from: 1, to: 2.5) && turn.role == .request)
        let nobody = #expect(throws: ScriptError.self) { try script(#"{"say": "hi"}"#) }
        #expect(nobody?.description.contains("neither a voice nor a recording") == true)
        let late = #expect(throws: ScriptError.self) {
            try script(#"{"say": "hi", "recording": "a", "from": 2, "to": 2}"#)
        }
        #expect(late?.description.contains("no times") == true)
    }

    @Test func wordsAreCountedByConditionAndAgainstTheReference() throws {
        func row(_ condition: String, heard: String, reference: String?) throws -> Row {
            var row = try Rehearsal.rows(
                .peopleHears, Rehearsal.scene([.request("one two three four")]), FakeAssistant(.polite))[0]
            (row.condition, row.transcript, row.reference) = (condition, heard, reference)
            return row
        }
        let rows = try [
            row("clean", heard: "One, 2 three four.", reference: "one two three"),
            row("telephone", heard: "", reference: "one two three four"),
        ]
        let values = Dictionary(
            uniqueKeysWithValues: Quantities.figures(.peopleHears, rows).map { ($0.name, $0.value) })
        let p = "people-hears.word-error-rate"
        #expect(values[p] == 0.5 && values[p + ".whisper"] == 0.125 && values[p + ".above-whisper"] == 0.375)
        #expect(values[p + ".condition.clean"] == 0 && values[p + ".above-whisper.condition.telephone"] == 1)
        #expect(values[p + ".nothing-heard"] == 0.5)
    }

    @Test func peopleHaveTheirOwnPanel() throws {
        let scene = Rehearsal.scene([.request()])
        var report = Report(model: "m", how: "")
        report.rows = try (0..<10).flatMap { _ in try Rehearsal.rows(.peopleTurns, scene, FakeAssistant(.polite)) }
        report.rows += try (0..<10).flatMap { _ in try Rehearsal.rows(.turnTaking, scene, FakeAssistant(.mute)) }
        report.addInteraction()
        #expect(report.figure("people-interaction.R_R")?.value == 1 && report.figure("interaction.R_R")?.value == 0)
        #expect(report.panelTables.map { $0[0][0] } == ["m, synthesizers", "m, people"])
    }
}

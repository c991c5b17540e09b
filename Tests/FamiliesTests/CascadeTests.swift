// Models that are made of parts: what is said about parts that are missing or wrong.

import Dialogue
import DuetTesting
import Foundation
import Testing

@testable import Families

@Suite struct CascadeTests {
    private static let folder = Tools.root + "/Models/duet-1"
    private static let hasRecogniser = FileManager.default.fileExists(
        atPath: Tools.root + "/.weights/tiny.en/model.bin")
    private static let hasParts =
        [
            ".weights/voices/en_US-joe-medium.onnx", ".weights/voices/lexicon/letters.safetensors",
            ".weights/tiny.en/model.bin",
        ]
        .allSatisfy { FileManager.default.fileExists(atPath: Tools.root + "/" + $0) }

    /// A copy of the model's folder whose config says something else, loaded.
    private func load(replacing changes: KeyValuePairs<String, String>) throws -> any LoadedModel {
        let copy = Tools.folder + "/cascade-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: Self.folder, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let path = copy + "/config.json"
        var text = try String(contentsOfFile: path, encoding: .utf8)
        for (old, new) in changes {
            #expect(text.contains(old))
            text = text.replacing(old, with: new)
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try ModelFamilies.load(copy)
    }

    private func error(replacing changes: KeyValuePairs<String, String>) -> String {
        do {
            _ = try load(replacing: changes)
            return ""
        } catch { return "\(error)" }
    }

    @Test(arguments: [
        ("\"family\": \"piper\"", "\"family\": \"none\"", "family none"),
        ("\"family\": \"whisper\"", "\"family\": \"none\"", "family none"),
        ("\"slice_ms\": 80", "\"slice_ms\": 40", "80 ms"),
        ("\"format\": 1", "\"format\": 2", "newer"),
        ("\"path\": \"voice.safetensors\"", "\"path\": \"voice.onnx\"", "voice.onnx is no voice of family duet-voice"),
        ("ear.safetensors", "eye.safetensors", "eye.safetensors"),
        ("floor.safetensors", "roof.safetensors", "roof.safetensors"),
    ]) func whatIsWrongWithAPartIsTold(_ old: String, _ new: String, _ what: String) throws {
        let message = error(replacing: [old: new])
        #expect(message.contains(what), "\(message)")
    }

    @Test func aModelWithoutAnyVoiceSaysWhatFetchesOne() {
        let message = error(replacing: ["en_US-joe-medium": "nobody", "\"voice.safetensors": "\"nothing.safetensors"])
        #expect(message.contains("nobody.onnx is missing: Scripts/fetch-voice"), "\(message)")
    }

    @Test func weightsOfSeveralFilesAreCounted() {
        let weights = ModelPath.weights(in: Self.folder)
        #expect((25_000_000...35_000_000).contains(weights.bytes) && weights.modified != nil)
        #expect(ModelPath.weights(in: Tools.root + "/docs").modified == nil)
    }

    @Test(.enabled(if: hasParts, "Scripts/fetch-voice and Scripts/fetch-recogniser fetch the parts"))
    func itsVoiceSaysEveryWordOfALineAndStopsAtOnce() throws {
        let loaded = try ModelFamilies.load(Self.folder)
        #expect(loaded.notices == [] && loaded.summary.contains { $0.contains("piper") })
        saysEveryWordAndStopsAtOnce(loaded)
    }

    @Test(.enabled(if: hasRecogniser, "Scripts/fetch-recogniser fetches it"))
    func theSmallVoiceSpeaksWhereTheOtherIsMissing() throws {
        let loaded = try load(replacing: ["en_US-joe-medium": "nobody", "voices/lexicon": "voices/nothing"])
        #expect(loaded.notices.count == 2 && loaded.summary.contains { $0.contains("duet-voice") })
        #expect(loaded.notices.allSatisfy { $0.contains("is missing") && $0.contains("Scripts/fetch-voice") })
        saysEveryWordAndStopsAtOnce(loaded)
    }

    @Test(.enabled(if: hasRecogniser, "Scripts/fetch-recogniser fetches it"))
    func theSmallVoiceMayBeTheVoice() throws {
        let loaded = try load(replacing: [
            "\"family\": \"piper\"": "\"family\": \"duet-voice\", \"letters\": \"letters.safetensors\"",
            ".weights/voices/en_US-joe-medium.onnx": "voice.safetensors",
        ])
        #expect(
            loaded.notices.allSatisfy { $0.contains("lexicon") }
                && loaded.summary.contains { $0.contains("duet-voice") })
        saysEveryWordAndStopsAtOnce(loaded)
    }

    @Test(.enabled(if: hasRecogniser, "Scripts/fetch-recogniser fetches it"))
    func whatIsPreparedSoundsTheSame() throws {
        let loaded = try load(replacing: ["en_US-joe-medium": "nobody"])
        /// Two sentences, spoken by the first slot.
        func sound(_ prepare: (any Model, [Utterance]) -> Void) -> [Float] {
            let model = loaded.instance(slots: 2), words = model.wording(of: "Hello there. I am well.").words
            let batch = SliceBatch(rowsMax: 2, samplesPerSlice: 1280)
            let stages = [model.listen, model.decode, model.speak]
            for slot in 0..<2 { stages.forEach { $0.open(slot, seed: 1) } }
            prepare(model, words.compactMap(\.utterance))
            var said = 0, sound: [Float] = []
            for _ in 0..<40 {
                batch.begin([0, 1])
                let word = said < words.count ? words[said] : nil
                batch.prompts[0] = Prompt(say: word?.pieces[0] ?? 0, waits: true, utterance: word?.utterance)
                batch.prompts[1] = Prompt()
                stages.forEach { $0.run(batch) }
                if batch.decisions[0].say == word?.pieces[0] { said += 1 }
                sound += batch.speech[..<1280]
            }
            return sound
        }
        let plain = sound { _, _ in }
        #expect(plain.contains { $0 != 0 })
        #expect(sound { model, utterances in model.prepare(0, utterances[0]) } == plain)
        // Another sentence than was told, and another slot's.
        #expect(sound { model, utterances in model.prepare(0, utterances[1]) } == plain)
        #expect(sound { model, utterances in model.prepare(1, utterances[0]) } == plain)
    }

    @Test(.enabled(if: hasRecogniser, "Scripts/fetch-recogniser fetches it"))
    func aBackChannelIsNoWordAndALineDoesNotWaitForIt() throws {
        let model = try load(replacing: ["en_US-joe-medium": "nobody"]).instance(slots: 1)
        let stages = [model.listen, model.decode, model.speak], batch = SliceBatch(rowsMax: 1, samplesPerSlice: 1280)
        stages.forEach { $0.open(0, seed: 1) }
        func run(_ prompt: Prompt) -> (decision: Decision, sound: [Float]) {
            batch.begin([0])
            batch.prompts[0] = prompt
            stages.forEach { $0.run(batch) }
            return (batch.decisions[0], batch.speech)
        }
        func said(_ text: String) -> Utterance { model.wording(of: text).words[0].utterance! }
        let first = run(Prompt(say: 0, utterance: said("uh-huh")))
        #expect(first.decision == Decision(speaks: true))
        var slices = 1
        while slices < 20, run(Prompt(say: 0)).decision.speaks { slices += 1 }
        #expect((3...12).contains(slices), "\(slices) slices")
        _ = run(Prompt(say: 0, utterance: said("uh-huh")))
        let line = Prompt(think: 1, say: 2, utterance: said("hello there"))
        #expect(run(line).decision == Decision(think: 1, say: 2, speaks: true))
        // Not what was being said.
        #expect(run(Prompt(say: 0)).sound != run(Prompt(say: 0, utterance: said("uh-huh"))).sound)
    }

    private func saysEveryWordAndStopsAtOnce(_ loaded: any LoadedModel) {
        let model = loaded.instance(slots: 2)
        let words = model.wording(of: "Hello there. I am well.").words
        #expect(words.map(\.text) == ["hello", "there", "i", "am", "well"])
        #expect(words.map { $0.utterance != nil } == [true, false, true, false, false])
        let batch = SliceBatch(rowsMax: 2, samplesPerSlice: 1280)
        for slot in 0..<2 { for stage in [model.listen, model.decode, model.speak] { stage.open(slot, seed: 1) } }
        var said = 0, slices = 0, sound: [Float] = []
        while said < words.count, slices < 100 {
            batch.begin([0, 1])
            let word = words[said]
            batch.prompts[0] = Prompt(say: word.pieces[0], waits: true, utterance: word.utterance)
            batch.prompts[1] = Prompt()
            for stage in [model.listen, model.decode, model.speak] { stage.run(batch) }
            if batch.decisions[0].say == word.pieces[0] { said += 1 }
            #expect(!batch.decisions[1].speaks && batch.speech[1280...].allSatisfy { $0 == 0 })
            sound += batch.speech[..<1280]
            slices += 1
        }
        #expect(said == words.count && (15...40).contains(slices), "\(said) words in \(slices) slices")
        #expect(sound.max()! > 0.05)
        batch.begin([0])
        batch.prompts[0] = Prompt()
        for stage in [model.listen, model.decode, model.speak] { stage.run(batch) }
        #expect(!batch.decisions[0].speaks && batch.speech[..<1280].allSatisfy { $0 == 0 })
    }
}

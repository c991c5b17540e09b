// The small voice: as PyTorch computes it, and the same in slices of any size.

import Foundation
import Kernels
import Testing
import Transformer

@testable import Synthesis

@Suite struct SmallVoiceTests {
    /// small.json of Resources (Scripts/training/voice_golden.py): a clause, its phones, their frames, and the sound.
    private struct Golden: Decodable {
        var text: String
        var seed: UInt64
        /// [phone, stress, begins a word, kind of silence]
        var phones: [[Int]]
        var logarithms: [Float]
        var frames: [Int]
        var sound: [Float]
    }

    private static let path = TinyVoice.folder + "small.safetensors"

    private static func golden() throws -> Golden {
        try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: URL(fileURLWithPath: TinyVoice.folder + "small.json")))
    }

    private static func clause(_ voice: Voice, _ text: String, seed: UInt64 = 7, speed: Float = 1) -> Clause {
        voice.clause(phonemes: Array(text.unicodeScalars), Manner(speed: speed, seed: seed))
    }

    @Test func phonesAndTheirFramesAreAsPyTorchMakesThem() throws {
        let golden = try Self.golden(), voice = try SmallVoice(path: Self.path, precision: .f32)
        let spelling = voice.symbols.spell(Array(golden.text.unicodeScalars))
        let phones = spelling.phones.map { phone -> [Int] in
            let kind = phone.silence == .comma ? 1 : phone.silence == .end ? 2 : 0
            return [phone.index, phone.isStressed ? 1 : 0, phone.beginsWord ? 1 : 0, kind]
        }
        #expect(phones == golden.phones && spelling.missing.isEmpty)
        let logarithms = voice.encode(spelling.phones).logarithms
        #expect(zip(logarithms, golden.logarithms).allSatisfy { abs($0 - $1) < 1e-4 })
        let clause = voice.clause(phonemes: Array(golden.text.unicodeScalars), Manner())
        #expect(clause.frames == golden.frames.reduce(0, +))
        #expect(clause.ends.last == clause.frames && clause.ends == clause.ends.sorted())
        // h and ə are the first two phones after the silence, l the third, at which the stress mark counts as heard.
        #expect(clause.ends[2] == golden.frames[..<4].reduce(0, +) && clause.ends[3] == clause.ends[2])
    }

    @Test func theWholeClauseIsAsPyTorchMakesIt() throws {
        let golden = try Self.golden(), voice = try Voice(path: Self.path, precision: .f32)
        let clause = Self.clause(voice, golden.text)
        let sound = TinyVoice.sound(Streams(voice, slots: 1), 0, clause, slices: [1 << 30])
        #expect(sound.count == golden.sound.count)
        #expect(zip(sound, golden.sound).allSatisfy { abs($0 - $1) < 2e-3 })
    }

    @Test(arguments: ["f32", "bf16", "int8"], [[1], [160], [1280], [3, 1000, 1, 170]])
    func slicesChangeNothing(_ precision: String, _ slices: [Int]) throws {
        let golden = try Self.golden(), voice = try Voice(path: Self.path, precision: Precision(rawValue: precision)!)
        let clause = Self.clause(voice, golden.text), streams = Streams(voice, slots: 1)
        let whole = TinyVoice.sound(streams, 0, clause, slices: [1 << 30])
        #expect(TinyVoice.sound(streams, 0, clause, slices: slices) == whole)
        #expect(whole.count == clause.frames * voice.samplesPerFrame)
    }

    @Test(arguments: ["f32", "bf16", "int8"]) func otherStreamsChangeNothing(_ precision: String) throws {
        let golden = try Self.golden(), voice = try Voice(path: Self.path, precision: Precision(rawValue: precision)!)
        let streams = Streams(voice, slots: 4), slots = [2, 0, 3, 1]
        let clauses = (0..<4).map { i in
            Self.clause(voice, String(golden.text.prefix(6 + 5 * i)), seed: UInt64(i), speed: 1 - Float(i) / 8)
        }
        let alone = slots.map { TinyVoice.sound(Streams(voice, slots: 4), $0, clauses[$0], slices: [640]) }
        for slot in slots { streams.open(slot, clauses[slot]) }
        var together = slots.map { _ in [Float]() }
        while slots.contains(where: streams.speaks) {
            for (i, samples) in streams.next(slots, samples: 640).enumerated() { together[i] += samples }
        }
        #expect(together == alone && Set(alone.map(\.count)).count > 1)
    }

    @Test func aSlotThatIsOpenedAgainRemembersNothing() throws {
        let golden = try Self.golden(), voice = try Voice(path: Self.path), used = Streams(voice, slots: 1)
        let clause = Self.clause(voice, golden.text)
        used.open(0, clause)
        _ = used.next([0], samples: 2000)
        #expect(used.progress(0).samples >= 2000 && used.progress(0).phonemes > 0)
        used.stop(0)
        #expect(!used.speaks(0) && used.next([0], samples: 160) == [[]])
        let fresh = TinyVoice.sound(Streams(voice, slots: 1), 0, clause, slices: [160])
        #expect(TinyVoice.sound(used, 0, clause, slices: [160]) == fresh)
        used.open(0, clause)
        while used.speaks(0) { _ = used.next([0], samples: 1280) }
        #expect(used.progress(0) == (clause.frames * voice.samplesPerFrame, clause.phonemes.count))
    }

    @Test func theNoiseDependsOnTheSeedAlone() throws {
        let golden = try Self.golden(), voice = try Voice(path: Self.path), streams = Streams(voice, slots: 1)
        let sounds = [1, 1, 2].map { seed in
            TinyVoice.sound(streams, 0, Self.clause(voice, golden.text, seed: seed), slices: [160])
        }
        #expect(sounds[0] == sounds[1] && sounds[0] != sounds[2])
    }

    @Test func spellingKnowsSilencesStressAndWhatIsMissing() throws {
        let voice = try SmallVoice(path: Self.path, precision: .f32)
        func spell(_ text: String) -> SmallSymbols.Spelling { voice.symbols.spell(Array(text.unicodeScalars)) }
        let spelling = spell("ˈkaɪ%, ə!")
        #expect(spelling.phones.map(\.silence) == [.begin, nil, nil, .comma, nil, .end])
        #expect(spelling.phones.map(\.isStressed) == [false, false, true, false, false, false])
        #expect(spelling.phones.map(\.beginsWord) == [false, true, false, false, true, false])
        #expect(spelling.missing == ["%"] && spelling.phoneOf == [0, 1, 2, 2, 2, 3, 3, 4, 5])
        #expect(spell("").phones.map(\.silence) == [.begin, .end])
        #expect(spell(", !").phones.map(\.silence) == [.begin, .end])
        #expect(spell(String(repeating: "k", count: 5000)).phones.count <= Voice.symbolsMax + 1)
        let fast = voice.clause(phonemes: Array("kæt".unicodeScalars), Manner(speed: 4))
        #expect(fast.frames < voice.clause(phonemes: Array("kæt".unicodeScalars), Manner()).frames)
        #expect(fast.frames >= 5)
    }

    @Test(arguments: [
        ("duet-voice", "duet-noise", "name no family"), ("\"format\": \"1\"", "\"format\": \"2\"", "newer"),
        ("\"pau aa", "\"paw aa", "phones and symbols"), ("\\\"ay\\\"", "\\\"yy\\\"", "stands for no phone"),
        ("pitch_mean", "pitch_lean", "no number pitch_mean"), ("front.last.weight", "front.lost.weight", "front.last"),
        ("[16, 1, 7]", "[1, 16, 7]", "depth"), ("[82, 16]", "[16, 82]", "has shape"),
        ("filters.blocks.0.scale", "filters.blocks.9.scale", "filters.blocks"),
    ])
    func aFileThatIsNoSmallVoiceIsRefused(_ from: String, _ to: String, _ message: String) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: Self.path))
        let found = try #require(data.range(of: Data(from.utf8)))
        data.replaceSubrange(found, with: Data(to.utf8))
        let path = FileManager.default.temporaryDirectory.path + "/small-\(UUID().uuidString).safetensors"
        try data.write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            _ = try Voice(path: path)
            Issue.record("\(to) is accepted")
        } catch {
            #expect(error.description.contains(message) && error.description.contains(path), "\(error)")
        }
    }
}

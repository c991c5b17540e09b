// Piper's voices: as PyTorch computes them, and the same in slices of any size.

import Foundation
import Kernels
import Testing

@testable import Synthesis

@Suite struct VoiceTests {
    private static func clause(_ voice: Voice, _ golden: TinyVoice, noise: Float = 0, seed: UInt64 = 0) -> Clause {
        voice.clause(
            phonemes: Array(golden.text.unicodeScalars), Manner(speaker: golden.speaker, noise: noise, seed: seed))
    }

    @Test(arguments: TinyVoice.names) func theWholeClauseIsAsPyTorchMakesIt(_ name: String) throws {
        let golden = try TinyVoice.golden(name), voice = try TinyVoice.voice(name)
        let clause = Self.clause(voice, golden)
        #expect(clause.frames == golden.frames.reduce(0, +) && clause.missing.isEmpty)
        let sound = TinyVoice.sound(Streams(voice, slots: 1), 0, clause, slices: [1 << 30])
        #expect(sound.count == golden.sound.count)
        #expect(zip(sound, golden.sound).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test(arguments: TinyVoice.names, [[1], [8], [80], [3, 100, 1, 17]])
    func slicesChangeNothing(_ name: String, _ slices: [Int]) throws {
        for precision in [Precision.f32, .bf16] {
            let golden = try TinyVoice.golden(name), voice = try TinyVoice.voice(name, precision)
            let clause = Self.clause(voice, golden, noise: 1, seed: 3), streams = Streams(voice, slots: 1)
            let whole = TinyVoice.sound(streams, 0, clause, slices: [1 << 30])
            #expect(TinyVoice.sound(streams, 0, clause, slices: slices) == whole, "\(precision)")
            #expect(whole.count == clause.frames * voice.samplesPerFrame)
        }
    }

    @Test(arguments: TinyVoice.names, ["f32", "bf16", "int8"])
    func otherStreamsChangeNothing(_ name: String, _ precision: String) throws {
        let voice = try TinyVoice.voice(name, Precision(rawValue: precision)!), golden = try TinyVoice.golden(name)
        let streams = Streams(voice, slots: 4), slots = [2, 0, 3, 1]
        let clauses = (0..<4).map { i in
            voice.clause(
                phonemes: Array(golden.text.unicodeScalars.prefix(8 + 4 * i)),
                Manner(speaker: i % voice.speakers, speed: 1 + Float(i) / 4, seed: UInt64(i)))
        }
        let alone = slots.map { TinyVoice.sound(Streams(voice, slots: 4), $0, clauses[$0], slices: [64]) }
        for slot in slots { streams.open(slot, clauses[slot]) }
        var together = slots.map { _ in [Float]() }
        while slots.contains(where: streams.speaks) {
            for (i, samples) in streams.next(slots, samples: 64).enumerated() { together[i] += samples }
        }
        #expect(together == alone)
    }

    @Test func aSlotThatIsOpenedAgainRemembersNothing() throws {
        let voice = try TinyVoice.voice("one"), golden = try TinyVoice.golden("one")
        let clause = Self.clause(voice, golden, noise: 1), used = Streams(voice, slots: 1)
        used.open(0, clause)
        _ = used.next([0], samples: 200)
        used.stop(0)
        #expect(!used.speaks(0) && used.next([0], samples: 80) == [[]])
        let fresh = TinyVoice.sound(Streams(voice, slots: 1), 0, clause, slices: [80])
        #expect(TinyVoice.sound(used, 0, clause, slices: [80]) == fresh)
    }

    @Test func noiseDependsOnTheSeedAlone() throws {
        let voice = try TinyVoice.voice("one"), golden = try TinyVoice.golden("one"), streams = Streams(voice, slots: 1)
        let sounds = [1, 1, 2].map { seed in
            TinyVoice.sound(streams, 0, Self.clause(voice, golden, noise: 1, seed: UInt64(seed)), slices: [80])
        }
        #expect(sounds[0] == sounds[1] && sounds[0] != sounds[2])
        let drawn = (0..<20_000).map { Noise(seed: 5).normal($0 / 100, $0 % 100) }
        let mean = drawn.reduce(0, +) / 20_000, square = drawn.reduce(0) { $0 + $1 * $1 } / 20_000
        #expect(abs(mean) < 0.03 && abs(square - 1) < 0.05)
    }

    @Test func whatIsHeardIsKnownToAPhoneme() throws {
        let voice = try TinyVoice.voice("one"), golden = try TinyVoice.golden("one")
        let clause = Self.clause(voice, golden), streams = Streams(voice, slots: 1)
        #expect(clause.ends.count == golden.text.count && clause.ends == clause.ends.sorted())
        // Start and pad, two ids; then two ids a phoneme.
        let third = golden.frames[..<8].reduce(0, +)
        #expect(clause.ends[2] == third)
        #expect(clause.phonemesHeard(frames: third - 1) == 2 && clause.phonemesHeard(frames: third) >= 3)
        streams.open(0, clause)
        while streams.speaks(0) { _ = streams.next([0], samples: 80) }
        #expect(streams.progress(0) == (clause.frames * voice.samplesPerFrame, clause.phonemes.count))
    }

    @Test func speedShortensAndUnknownSymbolsAreTold() throws {
        let voice = try TinyVoice.voice("one"), text = Array("ab%c%".unicodeScalars)
        let slow = voice.clause(phonemes: text, Manner(noise: 0))
        let fast = voice.clause(phonemes: text, Manner(speed: 4, noise: 0))
        #expect(fast.frames < slow.frames && slow.missing == ["%"])
        #expect(slow.ends[2] == slow.ends[1])
    }
}

// The streaming encoder against PyTorch's (Scripts/recognition/golden_ear.py), and a slot against itself among others.

import Foundation
import Kernels
import Testing
import Transformer

@testable import Recognition

@Suite struct EarTests {
    struct Golden: Decodable {
        var rows, characters: [Float]
        /// By the milliseconds of a chunk.
        var small: [String: [Float]]
    }

    private static let resources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Resources").path
    private static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Models/duet-1/ear.safetensors").path

    private static let golden = try! JSONDecoder().decode(
        Golden.self, from: Data(contentsOf: URL(fileURLWithPath: resources + "/golden-ear.json")))

    private func difference(_ a: [Float], _ b: [Float]) -> Float {
        #expect(a.count == b.count)
        return zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    }

    /// Every so many rows and columns.
    private func pooled(_ rows: [Float], width: Int, every: Int, columns: Int) -> [Float] {
        stride(from: 0, to: rows.count / width, by: every).flatMap { row in
            stride(from: 0, to: width, by: columns).map { rows[row * width + $0] }
        }
    }

    /// All rows of one stream.
    private func heard(_ ear: Ear, _ sound: [Float] = EarSounds.sound) -> [Float] {
        var rows = [Float](repeating: 0, count: ear.chunkRows * ear.width), all: [Float] = []
        for at in stride(from: 0, to: sound.count, by: Ear.samplesPerSlice) {
            ear.run([1], samples: Array(sound[at..<at + Ear.samplesPerSlice]), to: &rows)
            if ear.hasRows(1) { all += rows }
        }
        return all
    }

    /// Positions begin again at row 1488 of 1600.
    @Test(arguments: [80, 160, 320]) func aSmallEarIsThatOfPyTorch(_ milliseconds: Int) throws {
        let weights = try EarSounds.small(.f32)
        let ear = Ear(weights, slots: 2, chunkMilliseconds: milliseconds, cache: .f32)
        let rows = heard(ear)
        #expect(rows.count == 1600 * weights.width)
        let expected = Self.golden.small["\(milliseconds)"]!
        let difference = difference(pooled(rows, width: weights.width, every: 29, columns: 8), expected)
        #expect(difference < 2e-5, "\(difference)")
    }

    /// After new weights, run Scripts/recognition/golden_ear.py.
    @Test(arguments: ["f32", "bf16", "int8"]) func theShippedEarIsThatOfPyTorch(_ name: String) throws {
        let weights = try EarWeights.load(Self.model, precision: Precision(rawValue: name)!)
        let rows = heard(Ear(weights, slots: 2, cache: name == "f32" ? .f32 : .bf16))
        let expected = Self.golden.rows, found = pooled(rows, width: weights.width, every: 17, columns: 16)
        let power = expected.map { $0 * $0 }.reduce(0, +)
        let error = zip(expected, found).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / power
        // Rounding to sixteen and eight bits shows that the comparison sees something.
        if name == "f32" {
            #expect(difference(found, expected) < 1e-4, "\(difference(found, expected))")
        } else {
            #expect(error > 1e-8 && error < (name == "bf16" ? 1e-4 : 5e-3), "\(error)")
        }
        guard name == "f32" else { return }
        let head = try #require(EarHead(weights, slots: 2, rowsMax: 4)), letters = EarHead.characters.count
        var logs = [Float](repeating: 0, count: 4 * letters), all: [Float] = []
        for at in stride(from: 0, to: rows.count, by: 4 * weights.width) {
            head.run([1], rows: Array(rows[at..<at + 4 * weights.width]), count: 4, to: &logs)
            all += logs
        }
        let characters = difference(pooled(all, width: letters, every: 101, columns: 2), Self.golden.characters)
        #expect(characters < 2e-3, "\(characters)")
    }

    /// Bit for bit: slots that open at different times, in batches that differ from slice to slice, across the restart.
    @Test(arguments: ["f32", "bf16", "int8"], [80, 320]) func aSlotIsTheSameAloneAndAmongOthers(
        _ name: String, _ milliseconds: Int
    ) throws {
        let precision = Precision(rawValue: name)!, weights = try EarSounds.small(precision)
        let sound = EarSounds.sound, size = Ear.samplesPerSlice
        let ear = Ear(weights, slots: 5, chunkMilliseconds: milliseconds, cache: precision)
        let row = ear.chunkRows * ear.width
        var rows = [Float](repeating: 0, count: 5 * row)
        // By slot; slot 3 hears something else, and is opened again while others are heard, with half a chunk of loud sound behind it.
        var all = [[Float]](repeating: [], count: 5), next = [0, 0, 0, 20, 0]
        for slice in 0..<sound.count / size + 60 {
            if slice == 103 { ear.open(3); (all[3], next[3]) = ([], 20) }
            let slots = [4, 0, 3, 1, 2].filter { slice >= 7 * $0 && (slice + $0) % 11 > 0 && next[$0] < 400 }
            if slots.isEmpty { continue }
            let samples = slots.flatMap { slot in
                let gain: Float = slot == 3 && slice < 103 ? 30 : 1
                return sound[next[slot] * size..<(next[slot] + 1) * size].map { gain * $0 }
            }
            ear.run(slots, samples: samples, to: &rows)
            for (i, slot) in slots.enumerated() {
                next[slot] += 1
                if ear.hasRows(slot) { all[slot] += rows[i * row..<(i + 1) * row] }
            }
        }
        let alone = heard(Ear(weights, slots: 2, chunkMilliseconds: milliseconds, cache: precision))
        let other = heard(
            Ear(weights, slots: 2, chunkMilliseconds: milliseconds, cache: precision), Array(sound[(20 * size)...]))
        for slot in [0, 1, 2, 4] {
            #expect(all[slot].count > 1488 * ear.width)
            #expect(all[slot] == Array(alone.prefix(all[slot].count)), "slot \(slot)")
        }
        #expect(all[3].count > 256 * ear.width && all[3] == Array(other.prefix(all[3].count)))
    }

    @Test func aFileThatIsNoEarIsRefused() throws {
        #expect(throws: ModelError.self) { try EarWeights.load("/nowhere") }
        #expect(throws: ModelError.self) { try EarSounds.small(.f32, without: "encoder.blocks.1.up.bias") }
        #expect(throws: ModelError.self) { try EarSounds.small(.f32, without: "encoder.norm.weight") }
    }
}

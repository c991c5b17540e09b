// Columns keep apart: on a tiny model of random weights, bit for bit.

import Basics
import Foundation
import Kernels
import Testing

@testable import Dialogue
@testable import Families

@Suite struct ColumnTests {
    private let weights: DuetWeights

    init() throws { weights = try Self.weights(.f32) }

    private static func weights(_ precision: Precision) throws -> DuetWeights {
        let directory = try TinyModel().write()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try DuetWeights(directory: directory, precision: precision)
    }

    /// `slices` slices of noise.
    private func noise(_ slices: Int, seed: UInt64) -> [Float] {
        var random = Random(seed: seed)
        return (0..<slices * 1280).map { _ in (random.uniform() - 0.5) * 0.5 }
    }

    @Test func theTinyModelIsNoTrivialOne() {
        let trace = DuetModel(weights: weights, slots: 1).trace([noise(30, seed: 1)])[0]
        #expect(Set(trace.decisions.map(\.think)).count > 1)
        #expect(Set(trace.codes.map { $0[0] }).count > 5)
        #expect(trace.spoken.contains { abs($0) > 1e-3 })
    }

    /// Forty sessions of different ages: beyond every tile, and beyond the window of 12 positions.
    @Test(arguments: Precision.allCases) func everyRowOfABatchHasTheBitsOfTheRowAlone(_ precision: Precision) throws {
        let weights = try Self.weights(precision), streams = (0..<40).map { noise(9 + $0 % 5, seed: UInt64($0)) }
        let together = DuetModel(weights: weights, slots: 40).trace(
            streams, slots: streams.indices.reversed(), delays: streams.indices.map { $0 % 7 })
        for (i, stream) in streams.enumerated() {
            let same = DuetModel(weights: weights, slots: 1).trace([stream])[0] == together[i]
            #expect(same, "stream \(i)")
        }
    }

    @Test func aReopenedColumnRemembersNothing() {
        let model = DuetModel(weights: weights, slots: 2), stream = noise(20, seed: 1)
        let fresh = model.trace([stream], slots: [1])[0]
        _ = model.trace([noise(20, seed: 2), noise(13, seed: 3)], slots: [1, 0])
        let same = model.trace([stream], slots: [1])[0] == fresh
        #expect(same)
    }

    @Test func openingAColumnLeavesTheOthersAlone() {
        let model = DuetModel(weights: weights, slots: 3), batch = SliceBatchFixture.batch(for: model),
            stream = noise(16, seed: 4)
        let undisturbed = DuetModel(weights: weights, slots: 1).trace([stream])[0]
        for stage in [model.listen, model.decode, model.speak] { stage.open(1, seed: 0) }
        for slice in 0..<16 {
            for other in [0, 2] { [model.listen, model.decode, model.speak].forEach { $0.open(other, seed: 0) } }
            batch.begin([1])
            for k in 0..<1280 { batch.microphone[k] = stream[slice * 1280 + k] }
            [model.listen, model.decode, model.speak].forEach { $0.run(batch) }
            #expect(batch.decisions[0] == undisturbed.decisions[slice])
            #expect(Array(batch.speech[..<1280]) == Array(undisturbed.spoken[slice * 1280..<(slice + 1) * 1280]))
        }
    }

    @Test func aTurnEndsWithItsTailAndThenExactZeros() {
        let model = DuetModel(weights: weights, slots: 1), batch = SliceBatchFixture.batch(for: model)
        for stage in [model.listen, model.decode, model.speak] { stage.open(0, seed: 0) }
        batch.begin([0])
        batch.decisions[0].speaks = true
        model.speak.run(batch)
        #expect(batch.speech[..<1280].contains { $0 != 0 })
        batch.decisions[0].speaks = false
        model.speak.run(batch)
        #expect(batch.speech[..<480].contains { $0 != 0 })
        #expect(batch.speech[480..<1280].allSatisfy { $0 == 0 })
        model.speak.run(batch)
        #expect(batch.speech[..<1280].allSatisfy { $0 == 0 })
    }
}

// In the steady state a slice asks for no memory.

import CAllocations
import Kernels
import Testing

@testable import Dialogue
@testable import Families

@Suite(.enabled(if: allocations_are_counted())) struct AllocationTests {
    /// Five dialogues side by side, in which words are heard, kept and spoken; what the first slices allocate stays.
    @Test(arguments: [Precision.f32, .int8]) func aSliceAllocatesNothing(_ precision: Precision) throws {
        let weights = try DuetWeights(
            directory: Bundled.directory, precision: precision, cache: precision == .f32 ? .f32 : .int8)
        let streams = GoldenDialogue.all.prefix(5).map(\.samples), slots = Array(streams.indices)
        let model = DuetModel(weights: weights, slots: slots.count), batch = SliceBatchFixture.batch(for: model)
        let stages = [model.listen, model.decode, model.speak]
        for slot in slots { stages.forEach { $0.open(slot, seed: 0) } }
        var counts: [Int] = [], words = 0, spoken = 0
        for slice in 0..<80 {
            batch.begin(slots)
            for (row, stream) in streams.enumerated() {
                for k in 0..<1280 { batch.microphone[row * 1280 + k] = stream[(slice * 1280 + k) % stream.count] }
            }
            for stage in stages {
                let before = allocation_count()
                stage.run(batch)
                counts.append(allocation_count() - before)
            }
            guard slice >= 20 else { continue }
            words += batch.decisions.count { $0.think != model.plan.tokens.idle }
            spoken += batch.decisions.count { $0.speaks }
        }
        #expect(words > 10 && spoken > 20, "\(words) words heard, \(spoken) slices spoken")
        #expect(counts.dropFirst(60).allSatisfy { $0 == 0 }, "\(counts.dropFirst(60))")
    }

    @Test func allocationsAreCounted() {
        let before = allocation_count()
        let array = Array(repeating: before, count: 100)
        #expect(allocation_count() > array[7])
    }
}

// Limits are times: how many slices and samples they are is the plan's.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

@Suite struct SliceLimitsTests {
    private func limits(_ rate: Int, _ slice: Int) -> SliceLimits {
        SliceLimits(Limits(), SliceClock(rate: rate, sliceMilliseconds: slice))
    }

    @Test func theBundledModelsAreAsEver() {
        let limits = limits(16_000, 80)
        #expect([limits.inputSamplesMax, limits.surplusSamplesMin, limits.fadeSamples] == [5120, 480, 80])
        #expect([limits.surplusSlices, limits.surplusSlicesFirst, limits.silencedSlicesMax] == [25, 5, 25])
        #expect([limits.lateSlicesMax, limits.allowedSlices, limits.quietSlicesMax] == [3, 50, 6])
        #expect(limits.settlingSlices == 5 && limits.stillSamplesMax == 32_000)
        #expect(limits.patienceNanoseconds == 160_000_000)
    }

    @Test func theSameTimesAreMoreOfShorterSlices() {
        let limits = limits(24_000, 40)
        #expect([limits.inputSamplesMax, limits.surplusSamplesMin, limits.fadeSamples] == [5760, 720, 120])
        #expect([limits.surplusSlices, limits.surplusSlicesFirst, limits.silencedSlicesMax] == [50, 10, 50])
        #expect([limits.lateSlicesMax, limits.allowedSlices, limits.quietSlicesMax] == [6, 100, 12])
        #expect(limits.settlingSlices == 10 && limits.stillSamplesMax == 48_000)
    }

    /// A slice of the longest kind finds room while the one before waits.
    @Test func aLongSliceIsOneAtLeast() {
        let limits = limits(8_000, 200)
        #expect(limits.lateSlicesMax == 1 && limits.inputSamplesMax > 2 * 1600)
        #expect(limits.patienceNanoseconds > 200_000_000)
    }

    @Test(arguments: [(24_000, 40), (8_000, 100), (48_000, 20), (16_000, 200)])
    func aSessionsSlicesAreThePlans(_ rate: Int, _ slice: Int) {
        let clock = SliceClock(rate: rate, sliceMilliseconds: slice)
        var rig = Rig(model: FakeModel(slots: 1, clock: clock))
        let slot = rig.open()
        for packet in 0..<150 {
            let level: Float = (25..<75).contains(packet) ? 0.5 : 0
            rig.engine.deliver(.audio(slot, [Float](repeating: level, count: rate / 50)), at: rig.now)
            rig.run(20)
        }
        let audio = rig.audio(slot)
        #expect(audio.count >= 3000 / slice - 3 && audio.count <= 3000 / slice)
        #expect(audio.allSatisfy { $0.pcm.count == clock.samplesPerSlice })
        #expect(audio.map { clock.milliseconds(at: $0.at) } == audio.indices.map { Int64($0 * slice) })
        #expect(rig.engine.counters.missingSamples == 0 && rig.engine.counters.droppedSamples == 0)
        #expect(audio.contains { $0.pcm.allSatisfy { $0 == 0.5 } })
    }
}

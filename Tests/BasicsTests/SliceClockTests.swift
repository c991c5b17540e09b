// Samples, slices and milliseconds of every clock that a plan may have.

import Basics
import Testing

@Suite struct SliceClockTests {
    @Test func everySliceIsWholeSamples() {
        for rate in SliceClock.rates {
            #expect(rate % 1000 == 0)
            for slice in SliceClock.sliceMillisecondsRange {
                let clock = SliceClock(rate: rate, sliceMilliseconds: slice)
                #expect(clock.milliseconds(samples: clock.samplesPerSlice) == Int64(slice))
            }
        }
        #expect(SliceClock.standard.samplesPerSlice == 1280)
    }

    @Test func positionsAreTimes() {
        let clock = SliceClock(rate: 24_000, sliceMilliseconds: 40)
        #expect(clock.milliseconds(at: SampleTime(samples: 960)) == 40)
        #expect(clock.milliseconds(at: SampleTime(samples: 24_000 * 86_400 * 365)) == 86_400_000 * 365)
        #expect(clock.seconds(samples: 12_000) == 0.5)
    }

    @Test(arguments: [(0, 1), (39, 1), (40, 1), (79, 1), (80, 2), (2000, 50)])
    func whatLastsLessThanASliceIsOne(_ milliseconds: Int, _ slices: Int) {
        #expect(SliceClock(rate: 8_000, sliceMilliseconds: 40).slices(milliseconds: milliseconds) == slices)
    }
}

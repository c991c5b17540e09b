// SampleRing: order, bounds, and what it says it dropped.

import Testing

@testable import Basics

@Suite struct SampleRingTests {
    private func take(_ ring: inout SampleRing, _ count: Int) -> (samples: [Float], missing: Int) {
        var out = [Float](repeating: -1, count: count)
        let missing = ring.take(count, into: &out, at: 0)
        return (out, missing)
    }

    @Test func samplesComeOutInOrderAcrossTheSeam() {
        var ring = SampleRing(capacity: 5)
        #expect(ring.append([1, 2, 3]) == 0)
        #expect(take(&ring, 2).samples == [1, 2])
        #expect(ring.append([4, 5, 6]) == 0)
        #expect(take(&ring, 4).samples == [3, 4, 5, 6])
    }

    @Test func aFullRingDropsTheOldest() {
        var ring = SampleRing(capacity: 4)
        #expect(ring.append([1, 2, 3, 4]) == 0)
        #expect(ring.append([5]) == 1)
        #expect(take(&ring, 4).samples == [2, 3, 4, 5])
    }

    @Test func anAppendLongerThanTheRingKeepsItsEnd() {
        var ring = SampleRing(capacity: 3)
        _ = ring.append([9])
        #expect(ring.append([1, 2, 3, 4, 5]) == 3)
        #expect(take(&ring, 3).samples == [3, 4, 5])
    }

    @Test func missingSamplesAreZeros() {
        var ring = SampleRing(capacity: 8)
        _ = ring.append([7, 8])
        let (samples, missing) = take(&ring, 4)
        #expect(samples == [7, 8, 0, 0])
        #expect(missing == 2)
        #expect(ring.count == 0)
    }

    @Test func thePeakLooksAtTheOldestAlone() {
        var ring = SampleRing(capacity: 8)
        _ = ring.append([0.1, -0.2, 0.9])
        #expect(ring.peak(of: 2) == 0.2)
        #expect(ring.peak(of: 3) == 0.9)
    }
}

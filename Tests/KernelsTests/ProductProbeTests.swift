// Benches measure what they say that they measure; how fast it is, no test asks.

import Testing

@testable import Kernels

@Suite struct ProductProbeTests {
    @Test func copiesFillTheFootprint() {
        for (candidate, bytes) in [(ProductCandidate.openblas, 4), (.bf16, 2), (.int8, 1)] {
            let probe = ProductProbe(candidate, outputs: 64, inputs: 100, rowsMax: 2, footprint: 100_000)
            #expect(probe.byteCount == 6400 * bytes)
            #expect((1..<probe.byteCount).contains(100_000 - probe.footprint))
        }
        #expect(ProductProbe(.int8, outputs: 65, inputs: 3, rowsMax: 1).footprint == 128 * 4)
    }

    @Test func timesAreOfOneProduct() {
        let probe = ProductProbe(.int8, outputs: 64, inputs: 64, rowsMax: 64)
        let seconds = probe.seconds(rows: 1, runs: 3, each: 0.001)
        #expect(seconds > 0 && seconds < 0.01)
    }

    @Test func limitsAreMeasured() {
        let peaks = CoreLimits().peaks
        #expect(Precision.allCases.allSatisfy { peaks[$0]! > 0.1 && peaks[$0]! < 100_000 })
        let rate = CoreLimits.readRate(bytes: 1 << 16)
        #expect(rate > 0.1 && rate < 100_000)
    }
}

// Benches measure what they say that they measure; how fast it is, no test asks.

import Testing

@testable import Kernels

@Suite struct ProductProbeTests {
    @Test func copiesFillTheFootprint() {
        // int8 reads a scale and a start of each output too.
        for (candidate, bytes) in [
            (ProductCandidate.openblas, 12800), (.init(.bf16), 12800), (.init(.int8), 6400 + 512),
        ] {
            let probe = ProductProbe(candidate, outputs: 64, inputs: 100, rowsMax: 2, footprint: 100_000)
            #expect(probe.byteCount == bytes)
            #expect((1..<probe.byteCount).contains(100_000 - probe.footprint))
        }
        #expect(ProductProbe(.init(.int8), outputs: 65, inputs: 3, rowsMax: 1).footprint == 128 * 3 * 4)
    }

    @Test func candidatesAreFoundByTheirNames() {
        let library = OpenBLAS.core == nil ? [] : ["openblas"]
        #expect(ProductCandidate.allCases.map(\.rawValue) == library + Precision.allCases.map(\.rawValue))
        for candidate in ProductCandidate.allCases {
            #expect(ProductCandidate(rawValue: candidate.rawValue) == candidate)
        }
        #expect(ProductCandidate(rawValue: "cublas") == nil)
    }

    @Test func timesAreOfOneProduct() {
        let probe = ProductProbe(.init(.int8), outputs: 64, inputs: 64, rowsMax: 64)
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

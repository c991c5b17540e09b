// The simulation finds nothing in the engine, and finds what is planted.

import Basics
import Testing

@testable import Simulation

@Suite struct SimulationTests {
    @Test func theEngineKeepsItsPromises() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let report = SimulationRun.run(seed: seed, seconds: 20)
            #expect(report.violations.isEmpty, "seed \(seed): \(report.violations.prefix(3))")
            #expect(report.sessions > 5 && report.slices > 500)
        }
    }

    @Test func theSameSeedGivesTheSameRun() {
        let a = SimulationRun.run(seed: 7, seconds: 10), b = SimulationRun.run(seed: 7, seconds: 10)
        #expect(a == b)
        #expect(a.fingerprint != SimulationRun.run(seed: 8, seconds: 10).fingerprint)
    }

    @Test(arguments: [FakeModel.Mistake.keepsColumn, .swapsRows, .breaksSilence])
    func plantedMistakesAreFound(_ mistake: FakeModel.Mistake) {
        let violations = (1...10 as ClosedRange<UInt64>).flatMap {
            SimulationRun.run(seed: $0, seconds: 20, mistake: mistake).violations
        }
        #expect(!violations.isEmpty)
    }
}

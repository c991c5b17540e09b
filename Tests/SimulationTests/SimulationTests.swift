// The simulation finds nothing in the engine, and finds what is planted.

import Basics
import Testing

@testable import Simulation

@Suite struct SimulationTests {
    @Test func theEngineKeepsItsPromises() {
        let seeds = 1...20 as ClosedRange<UInt64>
        let reports = seeds.map { SimulationRun.run(seed: $0, seconds: 20) }
        for (seed, report) in zip(seeds, reports) {
            #expect(report.violations.isEmpty, "seed \(seed), \(report.options): \(report.violations.prefix(3))")
        }
        // A world in which nothing happens keeps any promise.
        #expect(reports.allSatisfy { $0.sessions > 0 && $0.slices > 0 })
        #expect(reports.reduce(0) { $0 + $1.sessions } > 500 && reports.reduce(0) { $0 + $1.refused } > 1000)
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

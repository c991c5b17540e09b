// Real protocols on a virtual clock: nothing is found in them, and the same seed gives the same run.

import Simulation
import Testing

@Suite struct CallSimulationTests {
    @Test func theProtocolsKeepTheirPromises() throws {
        let reports = try (1...10 as ClosedRange<UInt64>).map { try CallSimulation.run(seed: $0, seconds: 20) }
        for (i, report) in reports.enumerated() {
            #expect(report.violations.isEmpty, "seed \(i + 1), \(report.options): \(report.violations.prefix(3))")
        }
        #expect(reports.reduce(0) { $0 + $1.sessions } > 100 && reports.reduce(0) { $0 + $1.refused } > 100)
        #expect(reports.contains { $0.resumed > 0 })
    }

    /// Another's row is played.
    @Test func aPlantedMistakeIsFound() throws {
        let violations = try (1...10 as ClosedRange<UInt64>).flatMap {
            try CallSimulation.run(seed: $0, seconds: 20, mistake: .swapsRows).violations
        }
        #expect(violations.contains { $0.contains("hears") })
    }

    @Test func theSameSeedGivesTheSameRun() throws {
        let a = try CallSimulation.run(seed: 3, seconds: 10), b = try CallSimulation.run(seed: 3, seconds: 10)
        #expect(a == b)
        #expect(try CallSimulation.run(seed: 4, seconds: 10).fingerprint != a.fingerprint)
    }
}

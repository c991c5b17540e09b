// What steps have cost says what others would.

import Testing

@testable import Dialogue

@Suite struct CostMeterTests {
    private let prior = StepCost(fixed: 1e6, row: 1e6)

    @Test func aMeterBeginsWithWhatWasMeasuredBefore() {
        #expect(CostMeter(prior: prior).present == prior)
    }

    @Test func aSlowMachineIsDearerByTheRow() {
        var meter = CostMeter(prior: prior)
        for _ in 0..<128 { meter.add(rows: 4, nanoseconds: 15_000_000) }
        #expect(meter.present == StepCost(fixed: 3e6, row: 3e6))
        // Whatever the rows that it was measured with.
        for _ in 0..<128 { meter.add(rows: 9, nanoseconds: 30_000_000) }
        #expect(meter.present == StepCost(fixed: 3e6, row: 3e6))
    }

    @Test func oneSlowStepIsForgivenTwoAreNot() {
        var meter = CostMeter(prior: prior)
        for _ in 0..<128 { meter.add(rows: 4, nanoseconds: 5_000_000) }
        meter.add(rows: 4, nanoseconds: 50_000_000)
        #expect(meter.present.nanoseconds(rows: 4) < 6e6)
        meter.add(rows: 4, nanoseconds: 50_000_000)
        #expect(meter.present.nanoseconds(rows: 4) > 49e6)
        // Both are forgotten when 127 others have come since the first of them.
        for _ in 0..<126 { meter.add(rows: 4, nanoseconds: 5_000_000) }
        #expect(meter.present.nanoseconds(rows: 4) > 49e6)
        meter.add(rows: 4, nanoseconds: 5_000_000)
        #expect(meter.present.nanoseconds(rows: 4) < 6e6)
    }

    @Test func rowsFitUpToTheirCost() {
        #expect(prior.rows(within: 13_999_999) == 12 && prior.rows(within: 14_000_000) == 13)
        #expect(prior.rows(within: 0) == 0)
        #expect(StepCost(fixed: 2, row: 0).rows(within: 1) == 0 && StepCost(fixed: 1, row: 0).rows(within: 1) > 10_000)
    }
}

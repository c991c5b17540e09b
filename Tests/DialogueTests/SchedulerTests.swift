// The scheduler: pure decisions about instants.

import Basics
import Testing

@testable import Dialogue

@Suite struct SchedulerTests {
    private func ms(_ value: Int64) -> Instant { Instant(nanoseconds: value * 1_000_000) }

    /// A step costs 1 ms and 1 ms a row: a quarter of 70 % of a slice holds 13 rows.
    private func make(phases: Int = 4) -> Scheduler {
        Scheduler(
            phases: phases, sliceNanoseconds: 80_000_000, start: ms(0), budget: 0.7,
            stepCost: StepCost(fixed: 1e6, row: 1e6))
    }

    @Test func phasesAreDueAQuarterSliceApart() {
        #expect(make().phases.map(\.due) == [ms(0), ms(20), ms(40), ms(60)])
    }

    @Test func theEarliestDeadlineGoesFirst() {
        let scheduler = make()
        #expect(scheduler.choose(at: ms(-1)) == nil)
        #expect(scheduler.choose(at: ms(0)) == 0)
        #expect(scheduler.choose(at: ms(65)) == 0)
    }

    @Test func aStepRunsItsStagesInOrderAndComesBackASliceLater() {
        var scheduler = make(phases: 1)
        scheduler.begin(0)
        #expect((0..<4).map { _ in scheduler.take(0) } == [.listen, .decode, .speak, .emit])
        scheduler.end(0)
        #expect(scheduler.phases[0].due == ms(80))
    }

    @Test func skippingTakesWholeSlicesAlone() {
        var scheduler = make(phases: 1)
        #expect(scheduler.skip(0, at: ms(239), ifLateBy: 3) == 0)
        #expect(scheduler.skip(0, at: ms(250), ifLateBy: 3) == 3)
        #expect(scheduler.phases[0].due == ms(240))
    }
}

extension SchedulerTests {
    @Test func aSessionJoinsTheNextPhaseThatHasRoom() {
        var scheduler = make()
        #expect(scheduler.phase(readyAt: ms(20)) == 1)
        #expect(scheduler.phase(readyAt: ms(21)) == 2)
        for _ in 0..<12 { scheduler.join(2) }
        #expect(scheduler.phase(readyAt: ms(21)) == 2)
        scheduler.join(2)
        #expect(scheduler.phase(readyAt: ms(21)) == 3)
    }

    @Test func beforeAnyStepTheFirstMeasurementBoundsTheRoom() {
        #expect(make().room == 4 * 13 && make(phases: 2).room == 2 * 27 && make(phases: 1).room == 55)
        #expect(make().load == 0)
    }

    @Test func aBurstIsReckonedWithBeforeItsFirstStep() {
        var scheduler = make()
        scheduler.join(0)
        for _ in 0..<200 { scheduler.report(0, rows: 1, nanoseconds: 2_000_000) }
        #expect(scheduler.room == 51)
        for _ in 0..<12 { scheduler.join(0) }
        #expect(scheduler.room == 39 && scheduler.load == 14 / 80.0)
    }

    @Test func whoLeavesMakesRoomAtOnce() {
        var scheduler = make()
        for _ in 0..<13 { scheduler.join(0) }
        for _ in 0..<200 { scheduler.report(0, rows: 13, nanoseconds: 14_000_000) }
        #expect(scheduler.room == 39)
        for _ in 0..<12 { scheduler.leave(0) }
        #expect(scheduler.room == 51)
    }

    @Test func aPhaseWithTooManyTakesFromTheOthers() {
        var scheduler = make()
        for _ in 0..<10 { scheduler.join(0) }
        // Twice as dear: 6 rows fit, 10 are there.
        for _ in 0..<200 { scheduler.report(0, rows: 10, nanoseconds: 22_000_000) }
        #expect(scheduler.room == 3 * 13 - 4)
        #expect(scheduler.phase(readyAt: ms(0)) == 1)
    }

    @Test func anEmptyPhaseForgetsWhatItCost() {
        var scheduler = make()
        scheduler.join(0)
        for _ in 0..<200 { scheduler.report(0, rows: 1, nanoseconds: 60_000_000) }
        #expect(scheduler.room == 3 * 13 - 1)
        scheduler.leave(0)
        #expect(scheduler.room == 4 * 13)
    }
}

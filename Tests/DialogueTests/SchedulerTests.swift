// The scheduler: pure decisions about instants.

import Basics
import Testing

@testable import Dialogue

@Suite struct SchedulerTests {
    private let slice: Int64 = 80_000_000
    private func ms(_ value: Int64) -> Instant { Instant(nanoseconds: value * 1_000_000) }

    @Test func phasesAreDueAQuarterSliceApart() {
        let scheduler = Scheduler(phases: 4, sliceNanoseconds: slice, start: ms(0))
        #expect(scheduler.phases.map(\.due) == [ms(0), ms(20), ms(40), ms(60)])
    }

    @Test func theEarliestDeadlineGoesFirst() {
        let scheduler = Scheduler(phases: 4, sliceNanoseconds: slice, start: ms(0))
        #expect(scheduler.choose(at: ms(-1)) == nil)
        #expect(scheduler.choose(at: ms(0)) == 0)
        #expect(scheduler.choose(at: ms(65)) == 0)
    }

    @Test func aStepRunsItsStagesInOrderAndComesBackASliceLater() {
        var scheduler = Scheduler(phases: 1, sliceNanoseconds: slice, start: ms(0))
        scheduler.begin(0)
        #expect((0..<4).map { _ in scheduler.take(0) } == [.listen, .decode, .speak, .emit])
        scheduler.end(0)
        #expect(scheduler.phases[0].due == ms(80))
    }

    @Test func aSessionJoinsTheNextPhaseThatHasRoom() {
        var scheduler = Scheduler(phases: 4, sliceNanoseconds: slice, start: ms(0))
        #expect(scheduler.phase(readyAt: ms(20), budget: 0.7) == 1)
        #expect(scheduler.phase(readyAt: ms(21), budget: 0.7) == 2)
        scheduler.join(2)
        for _ in 0..<16 { scheduler.report(2, nanoseconds: 19_000_000) }
        #expect(scheduler.phase(readyAt: ms(21), budget: 0.7) == 3)
    }

    @Test func aPhaseIsFullWhereOneMoreWouldBreakItsBudget() {
        var scheduler = Scheduler(phases: 4, sliceNanoseconds: slice, start: ms(0))
        for _ in 0..<8 { scheduler.join(0) }
        for _ in 0..<16 { scheduler.report(0, nanoseconds: 12_000_000) }
        #expect(scheduler.hasRoom(0, budget: 0.7))
        for _ in 0..<128 { scheduler.report(0, nanoseconds: 14_000_000) }
        #expect(!scheduler.hasRoom(0, budget: 0.7))
    }

    @Test func skippingTakesWholeSlicesAlone() {
        var scheduler = Scheduler(phases: 1, sliceNanoseconds: slice, start: ms(0))
        #expect(scheduler.skip(0, at: ms(239), ifLateBy: 3) == 0)
        #expect(scheduler.skip(0, at: ms(250), ifLateBy: 3) == 3)
        #expect(scheduler.phases[0].due == ms(240))
    }
}

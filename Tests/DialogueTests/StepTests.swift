// A step and the columns that ride on it: nobody else gets them before it is over, and no other step comes between.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

@Suite struct StepTests {
    private func columns(_ engine: Engine) -> FakeModel.Columns { (engine.model as! FakeModel).columns }

    /// Two callers on two slots; the first goes after `pieces` pieces of a step's work, and somebody comes at once.
    @Test(arguments: 0...4) func aSlotThatIsLeftInAStepIsNobodysUntilItIsOver(_ pieces: Int) {
        var limits = Limits()
        limits.phases = 1
        var rig = Rig(slots: 2, limits: limits)
        let leaver = rig.open(seed: 10), other = rig.open(seed: 4)
        rig.run(400, [(leaver, 0.5), (other, 0.3)])
        for slot in [leaver, other] {
            rig.engine.deliver(.audio(slot, [Float](repeating: 0.2, count: 1280)), at: rig.now)
        }
        rig.now = rig.now.advanced(milliseconds: 80)
        for _ in 0..<pieces { #expect(rig.engine.tick(at: rig.now) == .again) }
        rig.engine.deliver(.close(leaver), at: rig.now)
        let rides = (1...3).contains(pieces)
        let early = rig.engine.allocate()
        #expect((early == nil) == rides, "after \(pieces) pieces")
        while rig.engine.tick(at: rig.now) == .again {}
        let newcomer = early ?? rig.engine.allocate()!
        rig.engine.deliver(.open(newcomer, seed: 5), at: rig.now)
        rig.run(400, [(newcomer, 0.4), (other, 0.2)])
        #expect(newcomer.index == leaver.index)
        #expect(columns(rig.engine).faults.filter { $0.contains("step") }.isEmpty)
    }

    /// Both phases are late by more than may be caught up: each skips to the present when its step begins.
    @Test func aLateStepIsFinishedBeforeAnotherBegins() {
        var limits = Limits()
        limits.phases = 2
        var rig = Rig(slots: 2, limits: limits)
        let first = rig.open()
        rig.run(40, [(first, 0)])
        let second = rig.open()
        rig.run(800, [(first, 0), (second, 0)])
        #expect(rig.engine.sessions.map { $0?.phase } != [0, 0] && rig.engine.sessions.map { $0?.phase } != [1, 1])
        rig.now = rig.now.advanced(milliseconds: 650)
        while rig.engine.tick(at: rig.now) == .again {}
        #expect(columns(rig.engine).faults == [])
    }

    @Test func aSessionThatIsOverIsToldOnceItsSlotIsFree() {
        var limits = Limits()
        limits.phases = 1
        var rig = Rig(slots: 1, limits: limits)
        let slot = rig.open()
        rig.run(400, [(slot, 0)])
        rig.engine.deliver(.audio(slot, [Float](repeating: 0, count: 1280)), at: rig.now)
        rig.now = rig.now.advanced(milliseconds: 80)
        _ = rig.engine.tick(at: rig.now)
        rig.engine.deliver(.close(slot), at: rig.now)
        var actions: [EngineAction] = []
        rig.engine.drain(into: &actions)
        #expect(!actions.contains(.closed(slot)))
        #expect(rig.engine.sessionCount == 1 || actions.contains(.closed(slot)))
        while rig.engine.tick(at: rig.now) == .again {}
        rig.engine.drain(into: &actions)
        #expect(actions == [.closed(slot)])
        #expect(rig.engine.sessionCount == 0)
    }
}

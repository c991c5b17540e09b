// The engine on a virtual clock, with a model without weights.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

/// An engine whose time the test turns.
struct Rig {
    let engine: Engine
    var now = Instant(nanoseconds: 0)
    var actions: [EngineAction] = []

    init(slots: Int = 2, limits: Limits = Limits()) { self.init(model: FakeModel(slots: slots), limits: limits) }

    init(model: any Model, limits: Limits = Limits()) {
        engine = try! Engine(model: model, limits: limits, start: Instant(nanoseconds: 0))
    }

    mutating func open(seed: UInt64 = 3) -> Slot {
        let slot = engine.allocate()!
        engine.deliver(.open(slot, seed: seed), at: now)
        return slot
    }

    /// Lets `milliseconds` pass; every 20 ms each of `voices` sends 20 ms of its level.
    mutating func run(_ milliseconds: Int, _ voices: [(Slot, Float)] = []) {
        for _ in 0..<milliseconds / 20 {
            now = now.advanced(milliseconds: 20)
            for (slot, level) in voices { engine.deliver(.audio(slot, [Float](repeating: level, count: 320)), at: now) }
            while engine.tick(at: now) == .again {}
            var more: [EngineAction] = []
            engine.drain(into: &more)
            actions += more
        }
    }

    func audio(_ slot: Slot) -> [(pcm: [Float], at: SampleTime)] {
        actions.compactMap { if case .audio(slot, let pcm, let at, _) = $0 { (pcm, at) } else { nil } }
    }
}

@Suite struct EngineTests {
    @Test func everySliceOfInputGivesOneSliceOfOutput() {
        var rig = Rig()
        let slot = rig.open()
        rig.run(2000, [(slot, 0)])
        let audio = rig.audio(slot)
        #expect((23...24).contains(audio.count))
        #expect(audio.enumerated().allSatisfy { $1.at.samples == Int64($0 * 1280) && $1.pcm.count == 1280 })
    }

    /// Its first slice is complete at 80 ms, when a phase is due; the cushion lets it wait for the next.
    @Test(arguments: [(0, 80), (1, 160), (80, 160), (81, 240)]) func aSessionBeginsAfterItsCushion(
        _ cushion: Int64, _ begins: Int64
    ) {
        var limits = Limits()
        (limits.cushionMilliseconds, limits.phases) = (cushion, 1)
        var rig = Rig(limits: limits)
        let slot = rig.open()
        rig.run(Int(begins) - 20, [(slot, 0)])
        #expect(rig.audio(slot).isEmpty)
        rig.run(20, [(slot, 0)])
        #expect(rig.audio(slot).count == 1)
    }

    /// It waits 80 ms for its phase; that much input would stand before every slice, and every answer come as much later.
    @Test func whatGatheredBeforeTheFirstSliceIsCutInQuiet() {
        var limits = Limits()
        limits.phases = 1
        var quiet = Rig(limits: limits), loud = Rig(limits: limits)
        let slots = (quiet.open(), loud.open())
        quiet.run(1000, [(slots.0, 0)])
        loud.run(1000, [(slots.1, 0.5)])
        #expect(quiet.engine.counters.trimmedSamples == (80 - 15) * 16)
        #expect(loud.engine.counters.trimmedSamples == 0)
        quiet.run(1000, [(slots.0, 0)])
        #expect(quiet.engine.counters.missingSamples == 0)
    }

    @Test func anAnswerFollowsTheUsersSpeech() {
        var rig = Rig()
        let slot = rig.open()
        rig.run(800, [(slot, 0.5)])
        rig.run(1600, [(slot, 0)])
        #expect(rig.audio(slot).contains { $0.pcm.contains(0.5) })
        let turns = rig.actions.filter {
            switch $0 {
            case .userEnd, .speaking, .listening, .assistantEnd: true
            default: false
            }
        }
        #expect(turns.count == 4)
    }

    @Test func anInterruptFlushesUnplayedSpeech() {
        var rig = Rig()
        let slot = rig.open(seed: 10)
        rig.run(800, [(slot, 0.5)])
        rig.run(480, [(slot, 0)])
        rig.engine.deliver(.interrupt(slot), at: rig.now)
        rig.run(800, [(slot, 0)])
        let interrupted = rig.actions.firstIndex { if case .interrupted = $0 { true } else { false } }
        let after = rig.actions[(interrupted ?? 0)...].compactMap { action -> [Float]? in
            if case .audio(_, let pcm, _, _) = action { pcm } else { nil }
        }
        #expect(interrupted != nil)
        #expect(after.allSatisfy { $0[80...].allSatisfy { $0 == 0 } })
    }

    @Test func aModelThatStopsBeforeItsEndIsInterrupted() {
        var rig = Rig()
        let slot = rig.open(seed: 10)
        rig.run(800, [(slot, 0.5)])
        rig.run(480, [(slot, 0)])
        rig.run(800, [(slot, 0.4)])
        #expect(rig.actions.contains { if case .interrupted = $0 { true } else { false } })
    }

    @Test func audioFasterThanRealTimeIsDroppedAndCounted() {
        var rig = Rig()
        let slot = rig.open()
        let room = rig.engine.sliceLimits.inputSamplesMax
        rig.engine.deliver(.audio(slot, [Float](repeating: 0, count: room)), at: rig.now)
        #expect(rig.engine.counters.droppedSamples == 0)
        rig.engine.deliver(.audio(slot, [0]), at: rig.now)
        #expect(rig.engine.counters.droppedSamples == 1)
    }

    @Test func aSilentClientIsFilledWithSilence() {
        var rig = Rig()
        let slot = rig.open()
        rig.run(1000)
        #expect((9...12).contains(rig.audio(slot).count))
        #expect(rig.engine.counters.missingSamples == UInt64(rig.audio(slot).count * 1280))
    }

    @Test func eventsOfAnEarlierGenerationAreIgnored() {
        var rig = Rig(slots: 1)
        let old = rig.open()
        rig.engine.deliver(.close(old), at: rig.now)
        let new = rig.open()
        #expect(old.index == new.index && old != new)
        for event in [EngineEvent.audio(old, [1]), .interrupt(old), .close(old), .open(old, seed: 0)] {
            rig.engine.deliver(event, at: rig.now)
        }
        #expect(rig.engine.counters.staleEvents == 4)
        #expect(rig.engine.sessionCount == 1)
    }

    @Test func aFullEngineGivesNoSlot() {
        var rig = Rig(slots: 2)
        _ = rig.open()
        #expect(rig.engine.room == 1)
        let last = rig.open()
        #expect(rig.engine.room == 0)
        #expect(rig.engine.allocate() == nil)
        rig.engine.deliver(.close(last), at: rig.now)
        #expect(rig.engine.room == 1)
    }

    @Test func aLateWorkerSkipsToThePresent() {
        var rig = Rig()
        let slot = rig.open()
        rig.run(400, [(slot, 0)])
        rig.now = rig.now.advanced(milliseconds: 2000)
        rig.run(400, [(slot, 0)])
        #expect(rig.engine.counters.skippedSlices >= 20)
        let positions = rig.audio(slot).map(\.at.samples)
        #expect(positions == positions.sorted() && Set(positions).count == positions.count)
        #expect(positions.last! >= Int64(30 * 1280))
    }

    @Test func aSliceFinishedAfterItsDeadlineIsAMiss() {
        var rig = Rig()
        let slot = rig.open()
        rig.run(400, [(slot, 0)])
        #expect(rig.engine.counters.deadlineMisses == 0)
        // The work of a due slice takes longer than the slice.
        rig.now = rig.now.advanced(milliseconds: 80)
        for _ in 0..<3 { _ = rig.engine.tick(at: rig.now) }
        rig.now = rig.now.advanced(milliseconds: 100)
        while rig.engine.tick(at: rig.now) == .again {}
        #expect(rig.engine.counters.deadlineMisses >= 1)
    }
}

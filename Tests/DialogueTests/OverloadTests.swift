// Somebody takes the processor for ten seconds, on a virtual clock: what is late stays bounded, what is lost is counted, and
// afterwards all is as it was.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

/// An engine whose steps cost 1 ms and 1 ms a row, times `factor`, and callers who send 20 ms every 20 ms.
private struct SlowedRig {
    static let packet = [Float](repeating: 0, count: 320)
    let engine: Engine
    var now = Instant.zero
    var factor: Int64 = 1
    private var callers: [(slot: Slot, opened: Instant, sent: Int64)] = []
    private var actions: [EngineAction] = []
    private var spent: Int64 = 0

    /// Since `forget`: the most and the least that a slice came after the time that it covers had begun, in milliseconds.
    private(set) var delayMax: Int64 = 0
    private(set) var delayMin = Int64.max
    /// Since the start.
    private(set) var sent = 0, dropped = 0, missing = 0, skipped = 0, slices = 0

    init(slots: Int) {
        var limits = Limits()
        limits.phases = 4
        limits.stepCost = StepCost(fixed: 1e6, row: 1e6)
        engine = try! Engine(model: FakeModel(slots: slots), limits: limits, start: .zero)
    }

    mutating func open() {
        let slot = engine.allocate()!
        engine.deliver(.open(slot, seed: 3), at: now)
        callers.append((slot, now, 0))
    }

    mutating func forget() { (delayMax, delayMin) = (0, .max) }

    mutating func run(_ milliseconds: Int64) {
        let end = now.advanced(milliseconds: milliseconds)
        while now < end {
            send()
            let next = engine.tick(at: now)
            if let work = engine.lastWork, work.work != .emit {
                let cost = Int64(1 + work.rows) * 1_000_000 * factor / 3
                spent += cost
                now = now.advanced(nanoseconds: cost)
            } else if engine.lastWork != nil {
                engine.chargeStep(nanoseconds: spent)
                spent = 0
                observe()
            } else if next != .again {
                now = now.advanced(milliseconds: 1)
            }
        }
    }

    private mutating func send() {
        for i in callers.indices {
            while now.since(callers[i].opened) >= (callers[i].sent + 1) * 20_000_000 {
                engine.deliver(.audio(callers[i].slot, Self.packet), at: now)
                callers[i].sent += 1
                sent += Self.packet.count
            }
        }
    }

    private mutating func observe() {
        engine.drain(into: &actions)
        for action in actions {
            switch action {
            case .audio(let slot, _, let at, _):
                let opened = callers.first { $0.slot == slot }!.opened
                let delay = now.since(opened) / 1_000_000 - engine.plan.sliceClock.milliseconds(at: at)
                (delayMax, delayMin) = (max(delayMax, delay), min(delayMin, delay))
                slices += 1
            case .overrun(_, let samples): dropped += samples
            case .skipped(_, let samples, let lost, _):
                dropped += lost
                skipped += samples / 1280
            case .missing(_, let samples): missing += samples
            default: break
            }
        }
    }
}

@Suite struct OverloadTests {
    /// Forty of at most 52 sessions, in steady state.
    private func make() -> SlowedRig {
        var rig = SlowedRig(slots: 60)
        for _ in 0..<40 {
            rig.open()
            rig.run(2)
        }
        rig.run(2000)
        rig.forget()
        rig.run(12_000)
        return rig
    }

    @Test func belowItsLimitNothingIsLate() {
        let rig = make()
        #expect(rig.engine.counters.deadlineMisses == 0 && rig.engine.counters.skippedSlices == 0)
        #expect(rig.delayMax < 140, "a slice, the wait for a phase and a step")
        #expect((8...12).contains(rig.engine.room), "\(rig.engine.room)")
        #expect((0.5...0.6).contains(rig.engine.load), "\(rig.engine.load)")
    }

    @Test func lateSpeechStaysBoundedAndWhatIsLostIsCounted() {
        var rig = make()
        let usual = rig.delayMax, limit = Int64(rig.engine.sliceLimits.lateSlicesMax)
        rig.factor = 5
        rig.forget()
        rig.run(10_000)
        #expect(rig.engine.counters.deadlineMisses > 0 && rig.engine.counters.skippedSlices > 0)
        #expect(rig.delayMax > usual && rig.delayMax < usual + (limit + 1) * 80, "\(rig.delayMax) ms, before \(usual)")
        // Served or skipped: time went on for everybody.
        #expect(rig.slices == Int(rig.engine.counters.slices) && rig.skipped == Int(rig.engine.counters.skippedSlices))
        let passed = 40 * 24_000 / 80
        #expect((passed - 40 * 6...passed).contains(rig.slices + rig.skipped), "\(rig.slices) + \(rig.skipped)")
        // Heard, dropped or waiting: no sample is unaccounted for, and few wait.
        #expect(rig.dropped == Int(rig.engine.counters.droppedSamples))
        let trimmed = Int(rig.engine.counters.trimmedSamples), heard = rig.slices * 1280 - rig.missing
        let waiting = rig.sent - heard - rig.dropped - trimmed
        #expect((0...40 * (320 + 80) * 16).contains(waiting), "\(waiting) samples wait")
    }

    @Test func afterwardsAllIsAsBefore() {
        var rig = make()
        let usual = (rig.delayMax, rig.engine.room, rig.engine.load)
        rig.factor = 5
        rig.run(10_000)
        rig.factor = 1
        rig.run(1000)
        let misses = rig.engine.counters.deadlineMisses, skipped = rig.engine.counters.skippedSlices
        rig.forget()
        rig.run(128 * 80)
        #expect(rig.engine.counters.deadlineMisses == misses && rig.engine.counters.skippedSlices == skipped)
        #expect(rig.delayMax <= usual.0, "\(rig.delayMax) ms, before \(usual.0)")
        #expect(rig.engine.room == usual.1 && abs(rig.engine.load - usual.2) < 0.01)
    }

    @Test func nobodyIsAdmittedMeanwhile() {
        var rig = make()
        #expect(rig.engine.room > 0)
        rig.factor = 5
        rig.run(400)
        #expect(rig.engine.room == 0)
        rig.run(9600)
        #expect(rig.engine.room == 0 && rig.engine.load > rig.engine.limits.budget)
    }

    /// It may have been measured while the machine was busy.
    @Test func whatWasMeasuredAtStartKeepsNotEverybodyOut() {
        var limits = Limits()
        limits.stepCost = StepCost(fixed: 500e6, row: 100e6)
        let engine = try! Engine(model: FakeModel(slots: 4), limits: limits, start: .zero)
        #expect(engine.room == 1)
        _ = engine.allocate()
        #expect(engine.room == 0)
    }

    @Test func aHundredAtOnceAreAdmittedUpToWhatFits() {
        var rig = SlowedRig(slots: 100)
        for _ in 0..<100 where rig.engine.room > 0 { rig.open() }
        #expect(rig.engine.sessionCount == 52)
        rig.run(20_000)
        #expect(rig.engine.counters.deadlineMisses == 0 && rig.engine.room == 0)
    }
}

// One seeded world: callers come and go on a virtual clock, the real engine serves them, witnesses look on.

public import Basics
internal import Dialogue

/// What a run was.
public struct SimulationReport: Hashable, Sendable {
    public var sessions = 0
    public var slices = 0
    /// Seconds of conversation over all sessions.
    public var sessionSeconds = 0.0
    /// The same exactly when every action came at the same time with the same content.
    public var fingerprint = Fingerprint()
    /// Broken promises; none in a sound engine.
    public var violations: [String] = []
}

/// Runs the engine with a fake model and a virtual clock. The same seed gives the same run in any process.
public struct SimulationRun {
    private static let slots = 6
    private let limits: Limits
    private var random: Random
    private var now = Instant(nanoseconds: 1_000_000_000)
    private let end: Instant
    private let engine: Engine
    private var callers: [(slot: Slot, caller: Caller, packet: (samples: [Float], arrival: Int64), closes: Instant)] =
        []
    private var witnesses: [Witness] = []
    /// Index of each slot's latest witness.
    private var witnessOf: [Int?] = Array(repeating: nil, count: slots)
    private var report = SimulationReport()
    private var actions: [EngineAction] = []
    private var voices = 0
    /// While somebody else takes the processor, and how many times dearer work is then.
    private let spell: Range<Instant>
    private let slowness: Int64
    private var spent: Int64 = 0

    /// `mistake` plants an error that the witnesses must find.
    public static func run(seed: UInt64, seconds: Double, mistake: FakeModel.Mistake = .none) -> SimulationReport {
        var run = SimulationRun(seed: seed, seconds: seconds, mistake: mistake)
        return run.live()
    }

    private init(seed: UInt64, seconds: Double, mistake: FakeModel.Mistake) {
        random = Random(seed: seed)
        var limits = Limits()
        limits.phases = [1, 2, 4][random.below(3)]
        self.limits = limits
        end = now.advanced(nanoseconds: Int64(seconds * 1e9))
        let begins = now.advanced(nanoseconds: Int64(seconds * 1e9 * Double(random.uniform())))
        spell = begins..<begins.advanced(milliseconds: Int64(random.below(4000)))
        slowness = 1 + Int64(random.below(16))
        engine = try! Engine(model: FakeModel(slots: Self.slots, mistake: mistake), limits: limits, start: now)
    }

    private mutating func live() -> SimulationReport {
        while now < end {
            if random.below(12) == 0 { arrive() }
            deliverDue()
            let next = engine.tick(at: now)
            observe()
            advance(next)
        }
        for index in callers.indices.reversed() { depart(index) }
        observe()
        conclude()
        return report
    }

    /// Work takes time, now and then too much of it; idle time passes to what comes next.
    private mutating func advance(_ next: Engine.Next) {
        if let work = engine.lastWork?.work {
            let usual = 50_000 + Int64(random.below(1_500_000))
            let slow = random.below(4000) == 0 ? 30_000_000 + Int64(random.below(400)) * 1_000_000 : nil
            let cost = slow ?? (spell.contains(now) ? usual * slowness : usual)
            now = now.advanced(nanoseconds: cost)
            spent += cost
            if work == .emit {
                engine.took(spent)
                spent = 0
            }
            return
        }
        var until = now.advanced(milliseconds: 20)
        if case .at(let instant) = next { until = min(until, instant) }
        for c in callers { until = min(until, arrival(c)) }
        now = max(until, now.advanced(nanoseconds: 10_000))
    }

    private func arrival(_ c: (slot: Slot, caller: Caller, packet: (samples: [Float], arrival: Int64), closes: Instant))
        -> Instant
    {
        let opened = witnesses[witnessOf[c.slot.index]!].opened
        return min(c.closes, opened.advanced(milliseconds: c.packet.arrival))
    }

    private mutating func arrive() {
        // Some were let in before the engine had no room any more.
        guard engine.room > 0 || random.below(2) == 0, let slot = engine.allocate() else { return }
        voices += 1
        let voice = 0.05 + Float(voices % 900) / 1000
        var caller = Caller(voice: voice, seed: random.next())
        let packet = caller.packet()
        let closes = now.advanced(milliseconds: 200 + Int64(random.below(15_000)))
        callers.append((slot, caller, packet, closes))
        witnessOf[slot.index] = witnesses.count
        witnesses.append(Witness(slot: slot, voice: voice, opened: now))
        engine.deliver(.open(slot, seed: random.next()), at: now)
        // A message of whoever was here before comes late.
        if slot.generation > 1 {
            engine.deliver(
                .audio(Slot(index: slot.index, generation: slot.generation - 1), [Float](repeating: 0.99, count: 640)),
                at: now)
        }
        report.sessions += 1
    }

    private mutating func deliverDue() {
        for index in callers.indices.reversed() {
            if callers[index].closes <= now {
                depart(index)
                continue
            }
            while arrival(callers[index]) <= now, callers[index].closes > now {
                let slot = callers[index].slot
                if callers[index].caller.network != .mute {
                    engine.deliver(.audio(slot, callers[index].packet.samples), at: now)
                    witnesses[witnessOf[slot.index]!].sent += Caller.packetSamples
                }
                callers[index].packet = callers[index].caller.packet()
                if random.below(600) == 0 {
                    witnesses[witnessOf[slot.index]!].interrupts()
                    engine.deliver(.interrupt(slot), at: now)
                }
            }
        }
    }

    private mutating func depart(_ index: Int) {
        let slot = callers[index].slot
        observe()
        engine.deliver(.close(slot), at: now)
        let witness = witnessOf[slot.index]!
        witnesses[witness].conclude(
            at: now, trimmed: Int(engine.counters.trimmedSamples), limits: limits, size: engine.plan.samplesPerSlice)
        report.sessionSeconds += Double(now.since(witnesses[witness].opened)) * 1e-9
        callers.remove(at: index)
        if random.below(2) == 0 { engine.deliver(.audio(slot, [0.98, 0.98]), at: now) }
    }

    private mutating func observe() {
        engine.drain(into: &actions)
        for action in actions {
            record(action)
            guard let witness = witnessOf[action.slot.index], witnesses[witness].slot == action.slot else {
                report.violations.append("an action for nobody: \(action)")
                continue
            }
            witnesses[witness].see(
                action, at: now, limits: limits, samplesPerSlice: engine.plan.samplesPerSlice)
        }
    }

    private mutating func record(_ action: EngineAction) {
        report.fingerprint.add(UInt64(bitPattern: now.nanoseconds))
        if case .audio(let slot, let pcm, let at, _) = action {
            report.slices += 1
            report.fingerprint.add(UInt64(slot.index))
            report.fingerprint.add(UInt64(bitPattern: at.samples))
            report.fingerprint.add(UInt64(pcm[0].bitPattern) << 32 | UInt64(pcm[pcm.count - 1].bitPattern))
        } else {
            report.fingerprint.add("\(action)")
        }
    }

    private mutating func conclude() {
        report.violations += witnesses.flatMap(\.violations)
        if engine.counters.slices != UInt64(report.slices) { report.violations.append("slices are miscounted") }
        let told = witnesses.reduce((0, 0)) { ($0.0 + $1.told, $0.1 + $1.dropped) }
        if engine.counters.skippedSlices != UInt64(told.0) || engine.counters.droppedSamples != UInt64(told.1) {
            report.violations.append("what was skipped or dropped is miscounted: \(told)")
        }
    }
}

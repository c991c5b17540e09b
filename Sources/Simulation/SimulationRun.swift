// One seeded world: callers come and go on a virtual clock, the real engine serves them, and witnesses check it.

public import Basics
internal import Dialogue

/// The result of a run.
public struct SimulationReport: Hashable, Sendable {
    public var sessions = 0
    /// Sessions that were resumed.
    public var resumed = 0
    /// Callers that found no slot.
    public var refused = 0
    /// The options that the seed drew.
    public var options = ""
    public var slices = 0
    /// Seconds of conversation over all sessions.
    public var sessionSeconds = 0.0
    /// Equal exactly when every action came at the same time with the same content.
    public var fingerprint = Fingerprint()
    /// What should not have happened; empty for a correct engine.
    public var violations: [String] = []

    public init() {}
}

/// Runs the engine with a fake model and a virtual clock. The same seed gives the same run in any process.
public struct SimulationRun {
    /// A caller with its slot. Its packet arrives `arrival` milliseconds after it opened.
    private struct Call {
        let slot: Slot
        var caller: Caller
        var packet: (samples: [Float], arrival: Int64)
        let opened, closes: Instant
        /// Index of its witness.
        let witness: Int

        var next: Instant { min(closes, opened.advanced(milliseconds: packet.arrival)) }
    }

    private let options: SimulationOptions
    private var random: Random
    private var now = Instant(nanoseconds: 1_000_000_000)
    private let end: Instant
    private let engine: Engine
    private var clock: SliceClock { options.clock }
    private let columns: FakeModel.Columns
    private var mind: FakeMind
    private var calls: [Call] = []
    private var witnesses: [Witness] = []
    /// Index of each slot's latest witness.
    private var witnessOf: [Int?]
    private var report = SimulationReport()
    private var actions: [EngineAction] = []
    /// When other work takes the processor, and how many times longer work takes then.
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
        options = SimulationOptions(&random)
        end = now.advanced(nanoseconds: Int64(seconds * 1e9))
        let begins = now.advanced(nanoseconds: Int64(seconds * 1e9 * Double(random.uniform())))
        spell = begins..<begins.advanced(milliseconds: Int64(random.below(4000)))
        slowness = 1 + Int64(random.below(16))
        let model = FakeModel(
            slots: options.slots, clock: options.clock, mistake: mistake,
            endsTurns: options.limits.mind == nil || !seed.isMultiple(of: 3))
        columns = model.columns
        witnessOf = Array(repeating: nil, count: options.slots)
        mind = FakeMind(random: Random(seed: random.next()))
        engine = try! Engine(model: model, limits: options.limits, start: now)
        report.options = options.description
    }

    private mutating func live() -> SimulationReport {
        while now < end {
            if random.below(options.knocksOneIn) == 0 { arrive() }
            deliverDue()
            for event in mind.take(at: now) { engine.deliver(event, at: now) }
            let next = engine.tick(at: now)
            engine.checkInvariants()
            observe()
            compare()
            advance(next)
            // Callers change at any point of a step.
            if engine.lastWork != nil, random.below(options.changesOneIn) == 0 { change() }
        }
        for index in calls.indices.reversed() { depart(index) }
        while !engine.isQuiet { _ = engine.tick(at: now) }
        observe()
        conclude()
        return report
    }

    /// Advances the clock: work takes time, sometimes too much; idle time passes until the next event.
    private mutating func advance(_ next: Engine.Next) {
        if let work = engine.lastWork?.work {
            let usual = 50_000 + Int64(random.below(1_500_000))
            let slow = random.below(4000) == 0 ? 30_000_000 + Int64(random.below(400)) * 1_000_000 : nil
            let cost = slow ?? (spell.contains(now) ? usual * slowness : usual)
            now = now.advanced(nanoseconds: cost)
            spent += cost
            if work == .emit {
                engine.chargeStep(nanoseconds: spent)
                spent = 0
            }
            return
        }
        var until = now.advanced(milliseconds: 20)
        if case .at(let instant) = next { until = min(until, instant) }
        for call in calls { until = min(until, call.next) }
        if let next = mind.next { until = min(until, next) }
        now = max(until, now.advanced(nanoseconds: 10_000))
    }

    // MARK: Callers

    private mutating func arrive() {
        // Some callers were admitted just before the engine was full.
        guard engine.room > 0 || random.below(2) == 0, let slot = engine.allocate() else { return report.refused += 1 }
        let number = witnesses.count, voice = 0.05 + Float(number % 900) / 1000, seed = random.next()
        var caller = Caller(voice: voice, clock: clock, seed: random.next())
        let packet = caller.packet()
        let closes = now.advanced(milliseconds: 200 + Int64(random.below(15_000)))
        calls.append(
            Call(slot: slot, caller: caller, packet: packet, opened: now, closes: closes, witness: number))
        witnessOf[slot.index] = number
        let writer = FakeModel.writtenMin / 10 + Int32(number)
        witnesses.append(
            Witness(
                slot: slot, voice: voice, seed: seed, writer: writer, opened: now, limits: options.limits, clock: clock)
        )
        if options.limits.mind != nil { mind.open(slot, writer: writer) }
        engine.deliver(.open(slot, seed: seed), at: now)
        // A late message of the slot's previous session.
        if slot.generation > 1 {
            engine.deliver(
                .audio(Slot(index: slot.index, generation: slot.generation - 1), [Float](repeating: 0.99, count: 640)),
                at: now)
        }
        report.sessions += 1
    }

    /// A caller leaves, and another arrives before anything else happens.
    private mutating func change() {
        guard !calls.isEmpty else { return }
        depart(random.below(calls.count))
        arrive()
    }

    private mutating func deliverDue() {
        for index in calls.indices.reversed() {
            if calls[index].closes <= now {
                depart(index)
                continue
            }
            while calls[index].next <= now, calls[index].closes > now { deliver(index) }
        }
    }

    /// Delivers a packet, and sometimes an interrupt or a text.
    private mutating func deliver(_ index: Int) {
        let slot = calls[index].slot, witness = calls[index].witness
        if calls[index].caller.network != .mute {
            engine.deliver(.audio(slot, calls[index].packet.samples), at: now)
            witnesses[witness].sent += calls[index].caller.packetSamples
        }
        calls[index].packet = calls[index].caller.packet()
        if random.below(options.interruptsOneIn) == 0 {
            witnesses[witness].interrupts()
            engine.deliver(.interrupt(slot), at: now)
        }
        guard random.below(options.writesOneIn) == 0 else { return }
        witnesses[witness].writes()
        let words = (0..<random.below(4)).map { _ in
            // A mind's words end in other digits.
            SpokenWord(pieces: [witnesses[witness].writer * 10 + Int32(random.below(2))], slices: 2)
        }
        let text = words.map { " \($0.pieces[0])" }.joined()
        engine.deliver(
            random.below(2) == 0 ? .tell(slot, words: words, text: text) : .say(slot, words: words), at: now)
    }

    private mutating func depart(_ index: Int) {
        let call = calls.remove(at: index)
        observe()
        engine.deliver(.close(call.slot), at: now)
        observe()
        witnesses[call.witness].conclude(
            at: now, trimmed: Int(engine.counters.trimmedSamples))
        report.sessionSeconds += Double(now.since(call.opened)) * 1e-9
        if random.below(2) == 0 { engine.deliver(.audio(call.slot, [0.98, 0.98]), at: now) }
    }

    // MARK: Checks

    private mutating func observe() {
        engine.drain(into: &actions)
        for action in actions {
            record(action)
            guard let witness = witnessOf[action.slot.index], witnesses[witness].slot == action.slot else {
                report.violations.append("an action for nobody: \(action)")
                continue
            }
            witnesses[witness].see(action, at: now)
            answer(action)
        }
    }

    /// What minds and tools do.
    private mutating func answer(_ action: EngineAction) {
        switch action {
        case .mind(let slot, let request): mind.take(slot, request, at: now)
        case .call(let slot, let call, _): mind.run(slot, call, at: now)
        case .assistantText(let slot, let text, _): mind.said(slot, FakeModel.token(of: text))
        default: break
        }
    }

    /// Every column belongs to its session, and has run as many slices as its witness saw.
    private mutating func compare() {
        guard engine.lastWork?.work == .emit else { return }
        for call in calls {
            let column = columns.rows[call.slot.index], witness = witnesses[call.witness]
            if column.seed != witness.seed || column.runs[2] != witness.slices {
                report.violations.append(
                    "\(call.slot): a column that was run \(column.runs) times, and \(witness.slices) slices came")
            }
            report.fingerprint.add(column.fed.value)
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
        report.violations += columns.faults + witnesses.flatMap(\.violations)
        report.violations += witnesses.filter { !$0.closed }.map { "\($0.slot): never closed" }
        report.violations += mind.violations
        if mind.openCount > 0 { report.violations.append("\(mind.openCount) minds are never closed") }
        if engine.sessionCount > 0 { report.violations.append("\(engine.sessionCount) slots are never free") }
        if engine.counters.slices != UInt64(report.slices) { report.violations.append("slices are miscounted") }
        let told = witnesses.reduce((0, 0)) { ($0.0 + $1.told, $0.1 + $1.dropped) }
        if engine.counters.skippedSlices != UInt64(told.0) || engine.counters.droppedSamples != UInt64(told.1) {
            report.violations.append("what was skipped or dropped is miscounted: \(told)")
        }
    }
}

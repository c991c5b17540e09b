// Routes events to sessions and rows to stages. Scheduler, Turn, Session and the model decide.
//
//  deliver(event, at:) ─▶ session ─▶ tick(at:): gather ─▶ LISTEN ─▶ DECODE ─▶ SPEAK ─▶ emit ─▶ actions

public import Basics

/// A worker's engine: its sessions, its model's stages, its time. Not thread-safe; one thread owns it.
public final class Engine {
    /// When to call `tick` again.
    public enum Next: Hashable, Sendable { case again, at(Instant), onInput }

    public let plan: SlicePlan
    public let limits: Limits
    /// `limits`, in samples and slices.
    let sliceLimits: SliceLimits
    /// `limits.backChannels`, as they are spoken.
    private let backChannels: [Utterance]
    public internal(set) var counters = Counters()
    /// What the last tick ran: its phase, its rows, and how many nanoseconds after the slice was due; nil if nothing.
    public private(set) var lastWork: (work: Work, phase: Int, rows: Int, late: Int64)?

    let model: any Model
    var table: SessionTable
    /// By slot index. Nil where no session is open, also while a running step still uses the column of an ended one.
    var sessions: [Session?]
    var scheduler: Scheduler
    /// Per phase: the rows of its step, and the slots they belong to.
    var batches: [SliceBatch]
    var rowOwners: [[Slot]]
    private var actions: [EngineAction] = []

    public init(model: any Model, limits: Limits = Limits(), start: Instant) throws(PlanError) {
        try model.plan.validate()
        self.model = model
        self.limits = limits
        plan = model.plan
        sliceLimits = SliceLimits(limits, plan.sliceClock)
        backChannels = limits.backChannels.compactMap { model.wording(of: $0).words.lazy.compactMap(\.utterance).first }
        table = SessionTable(capacity: model.slotCount)
        sessions = Array(repeating: nil, count: model.slotCount)
        scheduler = Scheduler(
            phases: limits.phases, sliceNanoseconds: Int64(plan.clock.slice_ms) * 1_000_000, start: start,
            budget: limits.budget, stepCost: limits.stepCost)
        let samples = plan.samplesPerSlice
        batches = (0..<limits.phases).map { _ in SliceBatch(rowsMax: model.slotCount, samplesPerSlice: samples) }
        rowOwners = Array(repeating: [], count: limits.phases)
    }

    /// Allocated slots, including those of ended sessions that the running step still uses.
    public var sessionCount: Int { table.count }
    public var capacity: Int { table.capacity }
    /// Whether no step is running.
    public var isQuiet: Bool { scheduler.running == nil }

    /// How many more sessions fit: a slot each, and every phase within its budget. Sessions that have a slot and no phase yet
    /// are counted. An empty engine has room for one, whatever was measured at start: only a session can disprove it.
    public var room: Int {
        let waiting = table.count - table.restingCount - scheduler.phases.reduce(0) { $0 + $1.sessions }
        let least = table.count == 0 ? 1 : 0
        return min(table.capacity - table.count, max(least, scheduler.room - waiting))
    }

    /// Share of real time that a slice of all sessions takes, at p99. Admission keeps it below `limits.budget`.
    public var load: Double { scheduler.load }

    /// Allocates a slot for a new session; open it with `.open`. Nil when none is free.
    public func allocate() -> Slot? { table.allocate() }

    /// Releases a slot, whether or not its session was opened. It is free once `.closed` is emitted.
    public func release(_ slot: Slot) {
        guard table.isCurrent(slot) else { return }
        if sessions[slot.index] == nil { free(slot) } else { close(slot) }
    }

    /// Moves the pending actions into `target`, oldest first.
    public func drain(into target: inout [EngineAction]) {
        target.removeAll(keepingCapacity: true)
        swap(&actions, &target)
    }

    func emit(_ action: EngineAction) { actions.append(action) }

    // MARK: Events

    public func deliver(_ event: EngineEvent, at now: Instant) {
        let slot = event.slot, index = slot.index
        if case .open(_, let seed) = event, table.isCurrent(slot), sessions[index] == nil {
            return open(slot, seed: seed, at: now)
        }
        guard isLive(slot) else {
            counters.staleEvents += 1
            return
        }
        switch event {
        case .open: counters.staleEvents += 1
        case .audio(_, let samples): audio(slot, samples, at: now)
        case .interrupt: interrupt(slot)
        case .tell(_, let words, let text): tell(slot, words, text)
        case .say(_, let words):
            sessions[index]!.say(words)
            prepare(sessions[index]!.script.coming, slot)
        case .speakOnlyWhenAsked(_, let isRestrained): sessions[index]!.speaksOnlyWhenAsked = isRestrained
        case .withholdBackChannels: sessions[index]!.backChannel = nil
        case .configure(_, let setup): configure(slot, setup)
        case .append(_, let message): append(slot, message)
        case .result(_, let result, let answers): self.result(slot, result, answers: answers)
        case .mind(_, let event): receive(slot, event)
        case .recognised(_, let id, let text): recognised(slot, id, text)
        case .close: close(slot)
        }
    }

    /// Whether the slot's session is open and not over.
    private func isLive(_ slot: Slot) -> Bool { table.isCurrent(slot) && sessions[slot.index]?.slot == slot }

    private func open(_ slot: Slot, seed: UInt64, at now: Instant) {
        for stage in [model.listen, model.decode, model.speak] { stage.open(slot.index, seed: seed) }
        sessions[slot.index] = Session(
            slot: slot, opened: now, limits: sliceLimits, tokens: plan.tokens, recognisesTurns: model.recognisesTurns,
            backChannels: backChannels)
        emit(.opened(slot))
        configure(slot, MindSetup())
    }

    private func audio(_ slot: Slot, _ samples: [Float], at now: Instant) {
        let dropped = sessions[slot.index]!.input.append(samples)
        if dropped > 0 {
            counters.droppedSamples += UInt64(dropped)
            emit(.overrun(slot, droppedSamples: dropped))
        }
        if sessions[slot.index]!.phase == nil, sessions[slot.index]!.input.count >= plan.samplesPerSlice {
            join(slot.index, readyAt: now.advanced(milliseconds: limits.cushionMilliseconds))
        }
    }

    private func interrupt(_ slot: Slot) {
        let position = sessions[slot.index]!.playout.position
        takeBack(slot)
        sessions[slot.index]!.interrupt()
        for change in sessions[slot.index]!.turn.interrupt(silence: sliceLimits.silencedSlicesMax) {
            report(change, slot, at: position)
        }
        consult(slot)
    }

    private func close(_ slot: Slot) {
        if let phase = sessions[slot.index]!.phase { scheduler.leave(phase) }
        if sessions[slot.index]!.mind != nil { emit(.mind(slot, .close)) }
        sessions[slot.index] = nil
        if rowOwners.contains(where: { $0.contains(slot) }) { table.rest(slot) } else { free(slot) }
    }

    private func free(_ slot: Slot) {
        table.free(slot)
        emit(.closed(slot))
    }

    private func join(_ index: Int, readyAt ready: Instant) {
        let phase = scheduler.phase(readyAt: ready)
        scheduler.join(phase)
        sessions[index]!.phase = phase
        sessions[index]!.ready = ready
    }

    // MARK: Time

    /// Does one piece of work if any is due. The driver calls it again as `Next` says, with the time at that moment.
    public func tick(at now: Instant) -> Next {
        lastWork = nil
        startSilentSessions(at: now)
        guard table.count > 0 || rowOwners.contains(where: { !$0.isEmpty }) else {
            catchUp(at: now)
            return .onInput
        }
        guard let phase = scheduler.choose(at: now) else { return .at(scheduler.nextDue) }
        if scheduler.phases[phase].next == nil, !begin(phase, at: now) { return .again }
        run(phase, at: now)
        assert(
            {
                checkInvariants()
                return true
            }())
        return .again
    }

    /// Reports the cost of the step whose `emit` was the last tick's work, including everything else the driver did since the
    /// previous step: coding, sockets, waking up late. Admission uses it.
    public func chargeStep(nanoseconds: Int64) {
        guard let work = lastWork else { return }
        scheduler.report(work.phase, rows: work.rows, nanoseconds: nanoseconds)
    }

    private func startSilentSessions(at now: Instant) {
        for index in sessions.indices {
            guard let session = sessions[index], session.phase == nil,
                now.since(session.opened) >= sliceLimits.patienceNanoseconds
            else { continue }
            join(index, readyAt: now)
        }
    }

    private func catchUp(at now: Instant) {
        for phase in scheduler.phases.indices where scheduler.phases[phase].next == nil {
            _ = scheduler.skip(phase, at: now, ifLateBy: 1)
        }
    }

    /// Gathers the phase's rows. False when it has none.
    private func begin(_ phase: Int, at now: Instant) -> Bool {
        let due = scheduler.phases[phase].due
        let skipped = scheduler.skip(phase, at: now, ifLateBy: Int64(sliceLimits.lateSlicesMax))
        let slots = slots(of: phase, ready: scheduler.phases[phase].due)
        // A session that begins with this step has missed nothing.
        if skipped > 0 { slots.filter { sessions[$0]!.ready <= due }.forEach { skipSlices($0, slices: skipped) } }
        guard !slots.isEmpty else {
            scheduler.end(phase)
            return false
        }
        let batch = batches[phase]
        batch.begin(slots)
        rowOwners[phase] = slots.map { sessions[$0]!.slot }
        for (row, index) in slots.enumerated() { gather(index, row, batch) }
        scheduler.begin(phase)
        return true
    }

    private func slots(of phase: Int, ready due: Instant) -> [Int] {
        sessions.indices.filter { index in
            guard let session = sessions[index] else { return false }
            return session.phase == phase && session.ready <= due
        }
    }

    private func gather(_ index: Int, _ row: Int, _ batch: SliceBatch) {
        let samples = plan.samplesPerSlice, slot = sessions[index]!.slot
        let missing = sessions[index]!.input.take(samples, into: &batch.microphone, at: row * samples)
        if missing > 0 {
            counters.missingSamples += UInt64(missing)
            emit(.missing(slot, samples: missing))
        }
        counters.trimmedSamples += UInt64(sessions[index]!.trim())
        if sessions[index]!.makesWay() { finishTurn(slot) }
        let prompt = sessions[index]!.takePrompt()
        batch.prompts[row] = prompt
        batch.silenced[row] = sessions[index]!.isSilenced(prompt)
        batch.untilEnd[row] = sessions[index]!.answersAtEnd
        batch.likelihoods[row] = sessions[index]!.likelihood
        batch.words[row] = sessions[index]!.hearing?.wordCount ?? 0
        sessions[index]!.turn.begin()
        sessions[index]!.hasDropped = false
        sessions[index]!.listen(batch.microphone[row * samples..<(row + 1) * samples])
    }

    /// The engine was late: the session's time advances past these slices.
    private func skipSlices(_ index: Int, slices: Int) {
        let samples = slices * plan.samplesPerSlice, dropped = min(samples, sessions[index]!.input.count)
        counters.skippedSlices += UInt64(slices)
        counters.droppedSamples += UInt64(dropped)
        let position = sessions[index]!.playout.position
        emit(.skipped(sessions[index]!.slot, samples: samples, droppedSamples: dropped, at: position))
        sessions[index]!.input.drop(dropped)
        sessions[index]!.playout.advance(by: samples)
    }

    private func run(_ phase: Int, at now: Instant) {
        let work = scheduler.take(phase)
        lastWork = (work, phase, batches[phase].slots.count, now.since(scheduler.phases[phase].due))
        switch work {
        case .listen: model.listen.run(batches[phase])
        case .decode: model.decode.run(batches[phase])
        case .speak: model.speak.run(batches[phase])
        case .emit:
            let late = now > scheduler.deadline(of: phase)
            for (row, slot) in rowOwners[phase].enumerated() where isLive(slot) {
                finish(slot, row, batches[phase])
                counters.slices += 1
                if late { counters.deadlineMisses += 1 }
            }
            wake(rowOwners[phase])
            rowOwners[phase].removeAll(keepingCapacity: true)
            scheduler.end(phase)
        }
    }

    /// The step is over: frees the slots of sessions that ended during it.
    private func wake(_ slots: [Slot]) {
        for slot in slots where table.rests(slot) {
            table.wake(slot)
            emit(.closed(slot))
        }
    }

    private func finish(_ slot: Slot, _ row: Int, _ batch: SliceBatch) {
        let samples = plan.samplesPerSlice, index = slot.index
        // A back-channel is no line: only its sound goes out.
        let isBackChannel = sessions[index]!.backChannel?.isSpeaking == true
        let prompt = isBackChannel ? Prompt() : batch.prompts[row]
        attend(slot, batch.signals[row], batch.microphone[row * samples..<(row + 1) * samples])
        let position = sessions[index]!.playout.position
        var pcm = Array(batch.speech[row * samples..<(row + 1) * samples])
        if sessions[index]!.flushesSlice { Playout.flush(&pcm, fade: sliceLimits.fadeSamples) }
        let silence = Decision(think: plan.tokens.idle, say: plan.tokens.idle)
        let outcome = isBackChannel ? silence : outcome(of: batch.decisions[row], prompt, index)
        sessions[index]!.backChannel?.said(batch.decisions[row].speaks)
        transcribe(outcome, prompt, slot, at: position)
        let changes = sessions[index]!.turn.advance(
            outcome, tokens: plan.tokens, mayPause: sessions[index]!.script.speaksForMind)
        // The user's turn ends before the answer's first word, even when one slice has both.
        if changes.contains(.userEnd), sessions[index]!.hasTurn(prompt) {
            if model.recognisesTurns, prompt.say == nil { finishTurn(slot) } else { endUserTurn(slot, at: position) }
        }
        if outcome.say != plan.tokens.idle && outcome.say != plan.tokens.end { tellSaid(outcome.say, prompt, slot) }
        for change in changes where change != .userEnd { report(change, slot, at: position) }
        advanceMind(slot, sessions[index]!.served(prompt, outcome))
        if prompt.utterance != nil { prepare(sessions[index]?.script.coming, slot) }
        emit(.audio(slot, pcm: pcm, at: position, speech: pcm.contains { $0 != 0 }))
        sessions[index]!.playout.advance(by: samples)
    }

    /// What becomes of a slice's decision: unplayed speech is flushed, and a turn that is already over does not end again.
    private func outcome(of decision: Decision, _ prompt: Prompt, _ index: Int) -> Decision {
        let idle = plan.tokens.idle
        if sessions[index]!.flushesSlice { return Decision(think: decision.think, say: idle, speaks: false) }
        guard prompt.say != nil, prompt.think == plan.tokens.end, sessions[index]!.beginsAfterTurn else {
            return decision
        }
        return Decision(think: idle, say: decision.say, speaks: decision.speaks)
    }

    private func transcribe(_ decision: Decision, _ prompt: Prompt, _ slot: Slot, at position: SampleTime) {
        guard decision.think != plan.tokens.idle, decision.think != plan.tokens.end,
            sessions[slot.index]!.mayTranscribe(prompt)
        else { return }
        let piece = model.text(of: decision.think)
        emit(.userText(slot, piece, at: position))
        sessions[slot.index]!.heard(piece, isOwn: model.answers)
        consult(slot)
    }

    private func tellSaid(_ token: Int32, _ prompt: Prompt, _ slot: Slot) {
        let index = slot.index
        let piece = model.recognisesTurns ? sessions[index]!.script.nextText : model.text(of: token)
        guard !piece.isEmpty || !model.recognisesTurns else { return }
        emit(.assistantText(slot, piece, at: sessions[index]!.playout.position))
        sessions[index]!.says(piece, prompt)
    }

    func endUserTurn(_ slot: Slot, at position: SampleTime, overdue: Bool = false) {
        report(.userEnd, slot, at: position)
        sessions[slot.index]!.userEnded(overdue: overdue)
        consult(slot)
    }

    func report(_ change: Turn.Change, _ slot: Slot, at position: SampleTime) {
        switch change {
        case .speaking:
            emit(.speaking(slot, at: position))
            if let times = sessions[slot.index]!.timer.hear() { emit(.turnTimes(slot, times, at: position)) }
        case .listening: emit(.listening(slot, at: position))
        case .interrupted: emit(.interrupted(slot, at: position))
        case .userEnd: emit(.userEnd(slot, at: position))
        case .assistantEnd: emit(.assistantEnd(slot, at: position))
        }
        guard change == .interrupted || change == .assistantEnd else { return }
        sessions[slot.index]?.fellSilent()
        consult(slot)
    }
}

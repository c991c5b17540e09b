// A thread that drives a switchboard in real time: delivers messages, runs the engine, measures it and performs the resulting
// actions. Workers share nothing but the weights.
//
//  socket thread ─▶ mailbox ─▶ switchboard ─▶ connection.send

internal import Basics
internal import CSystem
internal import Dialogue
internal import Families
internal import Glibc
internal import Sockets
internal import Switchboard
internal import Synchronization
internal import Wire

/// One worker. Other threads use `mailbox`, `heartbeat` and `capacity` alone, which lock for themselves, as do `metrics` and `ledger`;
/// everything else belongs to its thread, from `start` on.
final class Worker: @unchecked Sendable {
    /// Longest time spent on messages before checking whether a slice is due.
    private static let takeNanosecondsMax: Int64 = 2_000_000
    /// An idle worker wakes so often, for sessions whose time is up.
    private static let idleMilliseconds: Int64 = 1000

    /// Each client's inlet bounds its part, so that a flood does not displace other clients' messages.
    let mailbox: Mailbox<WorkerMessage>
    let heartbeat = Heartbeat()
    private let metrics: Metrics
    private let ledger: SessionLedger
    /// Index among the workers.
    private let index: Int
    private let board: Switchboard
    private let recorder: FlightRecorder?
    private var connections = WorkerConnections()
    private var minds: WorkerMinds
    private let recogniser: RecogniserThread?
    private var meter: WorkerMeter
    private var actions: [SwitchboardAction] = []
    private var inbox: [WorkerMessage] = []
    /// Messages of `inbox` taken so far.
    private var taken = 0
    private var thread = pthread_t()
    private let loadSeries: String
    private let published = Mutex(WorkerCapacity())

    /// Published for the socket thread.
    var capacity: WorkerCapacity { published.withLock { $0 } }

    init(
        index: Int, loaded: any LoadedModel, recogniser: RecogniserThread?, slots: Int, options: ServiceOptions,
        metrics: Metrics, ledger: SessionLedger
    ) throws {
        (self.index, self.recogniser, self.metrics, self.ledger) = (index, recogniser, metrics, ledger)
        meter = WorkerMeter(metrics)
        minds = WorkerMinds(options.mind)
        loadSeries = "duet_worker_load{worker=\"\(index)\"}"
        mailbox = Mailbox(countMax: slots * Inlet.messagesMax)
        let model = loaded.instance(slots: slots)
        var rules = Switchboard.Rules()
        rules.modelName = loaded.name
        (rules.resumeSeconds, rules.secondsMax) = (options.resumeSeconds, options.sessionSecondsMax)
        let start = MonotonicClock.now()
        let recorder = try FlightRecorder.make(options, worker: index, name: loaded.name, slots: slots, start: start)
        self.recorder = recorder
        board = Switchboard(
            engine: try Engine(model: model, limits: options.limits, start: start), model: model, rules: rules,
            random: recorder?.random ?? SystemRandomNumberGenerator(), meter: recorder?.work ?? ThreadClock.now)
        publishCapacity()
    }

    func start() {
        let started = SystemThread.start {
            _ = shim_name_this_thread("duet-worker")
            self.run()
        }
        invariant(started != nil, "no thread for worker \(index)")
        thread = started!
    }

    func join() { pthread_join(thread, nil) }

    // MARK: The loop

    private func run() {
        while true {
            heartbeat.turn(at: MonotonicClock.now())
            takeSome()
            for link in connections.crowded { updateCrowding(link, at: MonotonicClock.now()) }
            let next = step()
            if board.isStopped {
                recorder?.close()
                return heartbeat.rest()
            }
            if taken == inbox.count { rest(until: next) }
        }
    }

    /// Waits for messages, or until the engine has work.
    private func rest(until next: Engine.Next) {
        switch next {
        case .again: return
        case .at(let instant):
            heartbeat.rest()
            // Audio is taken in batches, when half of the clients have sent some: waking for each packet would cost more.
            wait(until: instant, enough: max(1, board.count / 2))
        case .onInput:
            heartbeat.rest()
            recorder?.flush(at: MonotonicClock.now(), rest: true)
            let end = MonotonicClock.now().advanced(milliseconds: Self.idleMilliseconds)
            wait(until: board.isDeserted ? nil : end, enough: 1)
        }
    }

    /// Takes messages as long as a tick can wait.
    private func takeSome() {
        if taken == inbox.count {
            mailbox.drain(into: &inbox)
            taken = 0
        }
        let begun = MonotonicClock.now()
        while taken < inbox.count {
            take(inbox[taken])
            taken += 1
            if MonotonicClock.now().since(begun) > Self.takeNanosecondsMax { return }
        }
    }

    /// Oversleeping does not count as idle: another process had the core.
    private func wait(until instant: Instant?, enough: Int) {
        let begun = MonotonicClock.now()
        mailbox.wait(until: instant, enough: enough)
        let ended = MonotonicClock.now()
        meter.exclude(min(ended, instant ?? ended).since(begun))
    }

    /// Runs and measures one tick.
    private func step() -> Engine.Next {
        let before = MonotonicClock.now()
        recorder?.note(.tick(at: before))
        let next = board.tick(at: before), after = MonotonicClock.now()
        if let work = board.engine.lastWork,
            let cost = meter.measure(work.work, took: after.since(before), late: work.late)
        {
            recorder?.note(.took(cost))
            board.engine.chargeStep(nanoseconds: cost)
            meter.count(board.engine.counters, board.engine.plan.sliceClock)
            publishCapacity()
        }
        recorder?.note(.settle(at: after))
        board.settle(at: after)
        perform()
        recorder?.flush(at: after)
        return next
    }

    private func publishCapacity() {
        let capacity = WorkerCapacity(board)
        published.withLock { $0 = capacity }
        metrics.set(loadSeries, capacity.load)
    }

    // MARK: From clients

    private func take(_ message: WorkerMessage) {
        let begun = MonotonicClock.now(), event: LinkEvent
        switch message {
        case .arrived(let connection, let inlet, let arrival):
            event = arrival
            if let link = arrival.arriving { connections.add(link, connection, inlet) }
        case .event(let other): event = other
        }
        let isExempt = isExempt(event)
        if case .text(let link, _) = event, board.mustKnowCrowds(link) { updateCrowding(link, at: begun) }
        deliver(event, at: begun)
        if case .closed(let link, _) = event { connections.remove(link) }
        perform()
        if isExempt { meter.exclude(MonotonicClock.now().since(begun)) }
    }

    /// Arrivals and departures are not charged to slices: a burst of them would make slices seem expensive, and the next client would
    /// be refused.
    private func isExempt(_ event: LinkEvent) -> Bool {
        switch event {
        case .opened, .returned, .closed, .full: true
        case .text(let link, _): !board.hasStarted(link)
        case .binary, .flooded, .unsent, .crowded, .mind, .recognised, .draining, .stop: false
        }
    }

    /// Tells the switchboard when a client's backlog grows too large or has shrunk again.
    private func updateCrowding(_ link: Int, at now: Instant) {
        if let isCrowded = connections.crowdingChange(link) { deliver(.crowded(link, isCrowded), at: now) }
    }

    private func deliver(_ event: LinkEvent, at now: Instant) {
        recorder?.note(.event(event, at: now))
        board.deliver(event, at: now)
    }

    // MARK: Actions

    /// Repeats until nothing is left: a message that cannot be sent is an event, which makes new actions.
    private func perform() {
        while true {
            board.drain(into: &actions)
            guard !actions.isEmpty else { return }
            recorder?.note(actions)
            for action in actions { perform(action) }
        }
    }

    private func perform(_ action: SwitchboardAction) {
        switch action {
        case .send(let link, let messages): send(messages, link)
        case .read(let link, let bytes): connections.leave(link, bytes: bytes)
        case .issued(let session, let ticket):
            ledger.state.withLock { $0.resumables.add(session, worker: index, ticket: ticket) }
        case .withdrawn(let session): ledger.state.withLock { $0.resumables.remove(session) }
        case .stoppedWaiting(let session): ledger.state.withLock { $0.resumables.leave(session) }
        case .vacated(let address):
            ledger.state.withLock { $0.remove(index, address: address) }
            publishCapacity()
        case .ask(let slot, let request): ask(slot, request)
        case .recognise(let slot, let id, let samples): recognise(slot, id, samples)
        case .count(let tally, let amount):
            metrics.add(tally.rawValue, amount)
            if tally == .sessionsActive || tally == .sessionsHeld { publishCapacity() }
        case .observe(let timing, let seconds): metrics.observe(timing.rawValue, seconds: seconds)
        case .report(let report): report.log()
        }
    }

    private func ask(_ slot: Slot, _ request: MindRequest) {
        if case .close = request { recogniser?.forget(worker: index, slot) }
        let event = minds.ask(slot, request) { [mailbox] event in
            mailbox.push(.event(.mind(slot, event)), urgent: true)
        }
        if let event { deliver(.mind(slot, event), at: MonotonicClock.now()) }
    }

    private func recognise(_ slot: Slot, _ id: Int, _ samples: [Float]) {
        recogniser?.recognise(worker: index, slot, id: id, samples) { [mailbox] text in
            mailbox.push(.event(.recognised(slot, id: id, text: text)), urgent: true)
        }
    }

    private func send(_ messages: [WireMessage], _ link: Int) {
        guard let isOpen = connections.send(messages, to: link) else { return }
        deliver(.unsent(link, count: messages.count, isOpen: isOpen), at: MonotonicClock.now())
    }
}

// Connects callers with the engine: admits them, limits what they send, tells them what happens, and ends their sessions. Pure:
// time, randomness and the cost of work are passed in; what is to be done comes out as actions.
//
//  deliver(event) ─▶ caller's protocol ─▶ engine ─▶ tick … settle ─▶ caller's protocol ─▶ drain(actions)

public import Basics
public import Dialogue
internal import Wire

/// The callers of one engine. Not thread-safe; one thread owns it.
public final class Switchboard {
    /// Rules for callers.
    public struct Rules: Sendable {
        /// The model's name as clients see it.
        public var modelName = ""
        /// Seconds in which a caller that was cut off may resume. The default is 30; 0 disables resuming.
        public var resumeSeconds = 30
        /// How long a session may last, in seconds; nil for no limit.
        public var secondsMax: Int?

        public init() {}
    }

    /// Messages of one client that may be queued: enough for a long conversation that it brings along. Drivers accept no more.
    public static let waitingMax = 1024
    /// Seconds in which a caller must start its session.
    static let startSecondsMax: Int64 = 10
    /// Interval between searches for sessions whose time is up.
    private static let expiryMilliseconds: Int64 = 100

    public let engine: Engine
    let model: any Model
    let rules: Rules
    /// The model's clock.
    let clock: SliceClock
    var random: any RandomNumberGenerator
    /// Processor time that this thread has used so far, in seconds.
    let meter: () -> Double
    /// By slot index.
    var callers: [Caller?]
    /// Rows by link.
    var rows: [Int: Int] = [:]
    var resuming = ResumeQueue()
    private var actions: [SwitchboardAction] = []
    private var engineActions: [EngineAction] = []
    /// Rows with messages to send.
    private var unflushed: [Int] = []
    /// Rows that were served a slice since the last `advance`.
    private var served: [Int] = []
    /// When the last search for sessions whose time is up was made.
    private var expired = Instant.zero
    /// When the server stops; nil until it drains.
    private var deadline: Instant?
    private var isStopping = false
    /// Receives everything that the engine does.
    public var witness: ((EngineAction) -> Void)?

    public init(
        engine: Engine, model: any Model, rules: Rules, random: any RandomNumberGenerator,
        meter: @escaping () -> Double
    ) {
        (self.engine, self.model, self.rules, self.random, self.meter) = (engine, model, rules, random, meter)
        clock = engine.plan.sliceClock
        callers = Array(repeating: nil, count: engine.capacity)
    }

    // MARK: For the driver

    /// Handles a caller's message, or a change of its connection.
    public func deliver(_ event: LinkEvent, at now: Instant) {
        let before = meter()
        handle(event, at: now)
        act(at: now)
        if let link = event.payer, let row = rows[link] { callers[row]!.work.spend(meter() - before, at: now) }
        flush()
    }

    /// Does one piece of the engine's work, if any is due. `settle` must follow, with the time at that moment.
    public func tick(at now: Instant) -> Engine.Next { engine.tick(at: now) }

    /// Tells callers the result of the tick, and ends sessions whose time is up.
    public func settle(at now: Instant) {
        act(at: now)
        advance(at: now)
        if now.since(expired) >= Self.expiryMilliseconds * 1_000_000 {
            expired = now
            expire(at: now)
        }
        act(at: now)
        flush()
    }

    /// Moves the pending actions into `target`, oldest first.
    public func drain(into target: inout [SwitchboardAction]) {
        target.removeAll(keepingCapacity: true)
        swap(&actions, &target)
    }

    /// Whether every session is over, after a stop.
    public var isStopped: Bool { isStopping && count == 0 }

    /// Callers whose session is not over.
    public var count: Int { callers.indices.count { isLive($0) } }

    /// Callers that hold a place without using it.
    public var idleCount: Int { callers.indices.count { callers[$0]?.idlePlace($0) != nil } }

    /// Whether nothing can happen until a client connects.
    public var isDeserted: Bool { resuming.isEmpty && callers.allSatisfy { $0 == nil } }

    /// Whether the link has a session, or waits to resume one.
    public func knows(_ link: Int) -> Bool { rows[link] != nil || resuming.all.contains(link) }

    /// Whether the link's session is running.
    public func hasStarted(_ link: Int) -> Bool { rows[link].map { callers[$0]!.state == .running } ?? false }

    /// Whether events of this link may have to wait for the client to read: the driver then reports when it is crowded.
    public func mustKnowCrowds(_ link: Int) -> Bool { rows[link].map { callers[$0]!.needsEveryEvent } ?? false }

    // MARK: Events

    private func handle(_ event: LinkEvent, at now: Instant) {
        switch event {
        case .opened(let link, let request): open(link, request, at: now)
        case .returned(let link, let request, let session):
            let hasToken = request.parameter("token") != nil
            resuming.enter(
                link,
                ResumeQueue.Candidate(
                    link: link, remote: request.remote, session: session, came: now, hasToken: hasToken))
            if let candidate = resuming.oneTooMany(session) { refuse(candidate) }
        case .text(let link, let text):
            guard let row = rows[link] else { return resume(link, text, at: now) }
            if !postpones(text, row, at: now) { read(text, row, at: now) }
        case .binary(let link, let bytes):
            guard let row = rows[link] else { return refuse(link) }
            receive(bytes, row, at: now)
        case .flooded(let link):
            if let row = rows[link] { perform([.fail(callers[row]!.wire.flooded())], row, at: now) }
        case .unsent(let link, let count, let isOpen):
            if let row = rows[link] { unsent(row, count: count, isOpen: isOpen, at: now) }
        case .crowded(let link, let isCrowded): if let row = rows[link] { callers[row]!.isCrowded = isCrowded }
        case .closed(let link, let code): leave(link, code: code, at: now)
        case .full: makeRoom(at: now)
        case .draining(let end):
            deadline = end
            for row in callers.indices where callers[row]?.state == .running { notifyOfDeadline(row, at: now) }
        case .stop:
            isStopping = true
            endResuming()
            for row in callers.indices where isLive(row) { dismiss(row, reason: "server_draining", at: now) }
        }
    }

    private func open(_ link: Int, _ request: UpgradeRequest, at now: Instant) {
        guard !isStopping, let entry = WireProtocols.entry(path: request.path), let slot = engine.allocate() else {
            emit(.vacated(address: request.remote))
            return emit(.send(link, [.close(code: 1013, reason: "full")]))
        }
        // The slot is taken from here on; the engine's session starts with session.start.
        callers[slot.index] = Caller(
            id: "duet_" + Secret.hexadecimal(bits: 128, random: &random), link: link, remote: request.remote,
            entry: entry, wire: entry.make(clock, &random), clock: clock, slot: slot, opened: now)
        rows[link] = slot.index
        emit(.count(.sessionsActive, 1))
        emit(.count(.sessions, 1))
        var request = request
        request.secondsMax = rules.secondsMax
        perform(callers[slot.index]!.wire.opened(request), slot.index, at: now)
    }

    /// Carries out what a client's message asks for. Stops when the caller's session ends on the way.
    func perform(_ requested: some Sequence<ClientAction>, _ row: Int, at now: Instant) {
        for action in requested where isLive(row) { perform(action, row, at: now) }
    }

    private func perform(_ action: ClientAction, _ row: Int, at now: Instant) {
        let slot = callers[row]!.slot
        switch action {
        case .start(let seed): start(row, seed: seed, at: now)
        case .audio(let samples): pass(samples, row, at: now)
        case .forget: forget(row)
        case .interrupt: engine.deliver(.interrupt(slot), at: now)
        case .tell(let text): write(text, row, at: now) { .tell(slot, words: $0) }
        case .say(let text): write(text, row, at: now) { .say(slot, words: $0) }
        case .hold(let holds): engine.deliver(.hold(slot, holds), at: now)
        case .played(let milliseconds): emit(.observe(.playbackDelay, seconds: Double(milliseconds) * 1e-3))
        case .clock(let theirs): notify(row, [.clock(client: theirs, server: Double(now.nanoseconds) * 1e-6)])
        case .reply(let message), .refuse(let message): send([message], row)
        case .close:
            act(at: now)
            farewell(row, reason: "close_requested", code: 1000, text: "", at: now)
        case .fail(let messages):
            emit(.count(.protocolErrors, 1))
            send(messages, row)
            end(row, reason: "protocol_error", at: now)
        }
    }

    /// Passes a text to the engine as words, and tells the client which of it cannot be said.
    private func write(_ text: String, _ row: Int, at now: Instant, _ event: ([SpokenWord]) -> EngineEvent) {
        let wording = model.wording(of: text)
        engine.deliver(event(wording.words), at: now)
        notify(row, wording.events)
    }

    private func start(_ row: Int, seed: UInt64, at now: Instant) {
        let caller = callers[row]!
        callers[row]!.state = .running
        engine.deliver(.open(caller.slot, seed: seed), at: now)
        issueTicket(row)
        notify(row, [.started(id: caller.id, model: rules.modelName)])
        notifyOfDeadline(row, at: now)
    }

    // MARK: To callers

    /// Translates the engine's actions for callers.
    private func act(at now: Instant) {
        engine.drain(into: &engineActions)
        for action in engineActions {
            witness?(action)
            let row = action.slot.index
            guard callers[row]?.slot == action.slot else { continue }
            if case .closed = action { vacate(row) }
            guard isLive(row) else { continue }
            callers[row]!.figures.note(action)
            if case .speaking = action { measure(row, at: now) }
            if case .missing(_, let samples) = action, callers[row]!.hasMicrophone {
                emit(.count(.inputMissingSeconds, model.plan.sliceClock.seconds(samples: samples)))
            }
            notify(row, callers[row]!.narration.events(for: action, model: model))
            guard case .audio = action else { continue }
            callers[row]!.slices += 1
            served.append(row)
        }
    }

    /// Called when an answer begins: measures how long it took.
    private func measure(_ row: Int, at now: Instant) {
        guard let loud = callers[row]!.loud else { return }
        let seconds = Double(now.since(loud)) * 1e-9
        emit(.observe(.responseLatency, seconds: seconds))
        callers[row]!.figures.answered(after: seconds)
        callers[row]!.loud = nil
    }

    private func vacate(_ row: Int) {
        emit(.vacated(address: callers[row]!.address))
        callers[row] = nil
    }

    /// Carries out earlier requests of clients that are due now that a slice is over.
    private func advance(at now: Instant) {
        // A request may add to `served` during the loop.
        var next = 0
        while next < served.count {
            let row = served[next]
            if isLive(row) {
                advanceInput(row, at: now)
                perform(callers[row]!.wire.advanced(), row, at: now)
                takePostponed(row, at: now)
            }
            next += 1
        }
        served.removeAll(keepingCapacity: true)
    }

    func notify(_ row: Int, _ events: [ServerEvent]) {
        let wire = callers[row]!.wire
        callers[row]!.put { messages in for event in events { wire.encode(event, into: &messages) } }
        note(row)
    }

    func send(_ messages: [WireMessage], _ row: Int) {
        callers[row]!.put { $0 += messages }
        note(row)
    }

    private func note(_ row: Int) {
        // Nothing is queued for a held session: a client that resumes is told what it missed.
        if callers[row]!.isHeld { _ = callers[row]!.takeOutgoing() }
        if !callers[row]!.outgoing.isEmpty { unflushed.append(row) }
    }

    private func notifyOfDeadline(_ row: Int, at now: Instant) {
        if let deadline { notify(row, [.goingAway(milliseconds: max(0, deadline.since(now) / 1_000_000))]) }
    }

    /// Sends each caller its pending messages in one go.
    private func flush() {
        for row in unflushed { flush(row) }
        unflushed.removeAll(keepingCapacity: true)
    }

    func flush(_ row: Int) {
        guard callers[row]?.outgoing.isEmpty == false else { return }
        let messages = callers[row]!.takeOutgoing()
        emit(.send(callers[row]!.link, messages))
    }

    func emit(_ action: SwitchboardAction) { actions.append(action) }

    /// Whether the row has a caller whose session is not over.
    func isLive(_ row: Int) -> Bool { callers[row] != nil && callers[row]!.state != .leaving }

    func seconds(_ row: Int) -> Double { Double(callers[row]!.slices * clock.sliceMilliseconds) / 1000 }
}

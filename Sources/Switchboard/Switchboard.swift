// Connects callers with the engine: who is let in, what may be sent, what is told, who is let go. Pure: time, chance and what work
// costs are handed in, and what is to be done comes out as actions.
//
//  deliver(event) ─▶ caller's protocol ─▶ engine ─▶ tick … settle ─▶ caller's protocol ─▶ drain(actions)

public import Basics
public import Dialogue
internal import Wire

/// The callers of one engine. Not thread-safe; one thread owns it.
public final class Switchboard {
    /// Callers' rules.
    public struct Rules: Sendable {
        /// The model's name, as callers are told it.
        public var modelName = ""
        /// A caller that was cut off may come back within so many seconds. 0: it may not.
        public var resumeSeconds = 30
        /// How long a session may last, in seconds; nil for ever.
        public var secondsMax: Int?

        public init() {}
    }

    /// Messages of one client that may wait to be read: a long conversation that it brings along. Drivers let no more in.
    public static let waitingMax = 1024
    /// A caller must start its session within this.
    static let startSecondsMax: Int64 = 10
    /// Those who have had their time are looked for so often.
    private static let expiryMilliseconds: Int64 = 100

    public let engine: Engine
    let model: any Model
    let rules: Rules
    /// The model's.
    let clock: SliceClock
    var random: any RandomNumberGenerator
    /// The processor time, in seconds, that this thread has taken so far.
    let meter: () -> Double
    /// By slot index.
    var callers: [Caller?]
    /// Rows by link.
    var rows: [Int: Int] = [:]
    var resuming = ResumeQueue()
    private var actions: [SwitchboardAction] = []
    private var engineActions: [EngineAction] = []
    /// Rows that have something to be sent.
    private var unflushed: [Int] = []
    /// Rows that were served a slice since `advance`.
    private var served: [Int] = []
    /// When those were looked for who have had their time.
    private var expired = Instant.zero
    /// When the server stops; nil where that is not known.
    private var deadline: Instant?
    private var isStopping = false
    /// Told everything that the engine does.
    public var witness: ((EngineAction) -> Void)?

    public init(
        engine: Engine, model: any Model, rules: Rules, random: any RandomNumberGenerator,
        meter: @escaping () -> Double
    ) {
        (self.engine, self.model, self.rules, self.random, self.meter) = (engine, model, rules, random, meter)
        clock = engine.plan.sliceClock
        callers = Array(repeating: nil, count: engine.capacity)
    }

    // MARK: For whoever drives it

    /// A caller's message, or what happened to its connection.
    public func deliver(_ event: LinkEvent, at now: Instant) {
        let before = meter()
        handle(event, at: now)
        act(at: now)
        if let link = event.payer, let row = rows[link] { callers[row]!.work.spend(meter() - before, at: now) }
        flush()
    }

    /// One piece of the engine's work, if any is due. `settle` must follow, with the time that it is then.
    public func tick(at now: Instant) -> Engine.Next { engine.tick(at: now) }

    /// Tells callers what the tick brought, and ends what has had its time.
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

    /// Moves what is to be done into `target`, oldest first.
    public func drain(into target: inout [SwitchboardAction]) {
        target.removeAll(keepingCapacity: true)
        swap(&actions, &target)
    }

    /// Whether everybody has gone, after a stop.
    public var isStopped: Bool { isStopping && count == 0 }

    /// Callers whose session is not over.
    public var count: Int { callers.indices.count { isLive($0) } }

    /// Callers that have a place and do not use it.
    public var idleCount: Int { callers.indices.count { callers[$0]?.idlePlace($0) != nil } }

    /// Whether nothing happens before somebody comes.
    public var isDeserted: Bool { resuming.isEmpty && callers.allSatisfy { $0 == nil } }

    /// Whether the link has a session, or waits to take one up.
    public func knows(_ link: Int) -> Bool { rows[link] != nil || resuming.all.contains(link) }

    /// Whether the link has a session that has begun.
    public func hasStarted(_ link: Int) -> Bool { rows[link].map { callers[$0]!.state == .running } ?? false }

    /// Whether an event of this link may have to wait for the client to read: the driver tells then whether it is crowded.
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
        // The slot is taken from here on; the engine's session begins with session.start.
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

    /// What a client's message asks for. Nothing more is done for a caller whose session ends meanwhile.
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

    /// A text goes to the engine as words; the client is told what of it cannot be said.
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

    /// Translates what the engine did.
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

    /// An answer begins.
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

    /// What clients requested for earlier and is due now that a slice is over.
    private func advance(at now: Instant) {
        // What they ask for may serve others meanwhile.
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
        // Who comes back is told what it missed.
        if callers[row]!.isHeld { _ = callers[row]!.takeOutgoing() }
        if !callers[row]!.outgoing.isEmpty { unflushed.append(row) }
    }

    private func notifyOfDeadline(_ row: Int, at now: Instant) {
        if let deadline { notify(row, [.goingAway(milliseconds: max(0, deadline.since(now) / 1_000_000))]) }
    }

    /// What each caller was told leaves together.
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

    /// Whether there is a caller whose session is not over.
    func isLive(_ row: Int) -> Bool { callers[row] != nil && callers[row]!.state != .leaving }

    func seconds(_ row: Int) -> Double { Double(callers[row]!.slices * clock.sliceMilliseconds) / 1000 }
}

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
    /// Places by link.
    var placeOfLink: [Int: Int] = [:]
    var resuming = ResumeQueue()
    private var actions: [SwitchboardAction] = []
    private var engineActions: [EngineAction] = []
    /// Places with messages to send.
    private var unflushed: [Int] = []
    /// Places that were served a slice since the last `advance`.
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
        if let link = event.payer, let place = placeOfLink[link] {
            callers[place]!.work.spend(meter() - before, at: now)
        }
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
    public func knows(_ link: Int) -> Bool { placeOfLink[link] != nil || resuming.all.contains(link) }

    /// Whether the link's session is running.
    public func hasStarted(_ link: Int) -> Bool { placeOfLink[link].map { callers[$0]!.state == .running } ?? false }

    /// Whether events of this link may have to wait for the client to read: the driver then reports when it is crowded.
    public func mustKnowCrowds(_ link: Int) -> Bool { placeOfLink[link].map { callers[$0]!.needsEveryEvent } ?? false }

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
            guard let place = placeOfLink[link] else { return resume(link, text, at: now) }
            if !postpones(text, place, at: now) { read(text, place, at: now) }
        case .binary(let link, let bytes):
            guard let place = placeOfLink[link] else { return refuse(link) }
            receive(bytes, place, at: now)
        case .flooded(let link):
            if let place = placeOfLink[link] { perform([.fail(callers[place]!.wire.flooded())], place, at: now) }
        case .unsent(let link, let count, let isOpen):
            if let place = placeOfLink[link] { unsent(place, count: count, isOpen: isOpen, at: now) }
        case .mind(let slot, let event): engine.deliver(.mind(slot, event), at: now)
        case .recognised(let slot, let id, let text):
            engine.deliver(.recognised(slot, id: id, text: text), at: now)
        case .crowded(let link, let isCrowded):
            if let place = placeOfLink[link] { callers[place]!.isCrowded = isCrowded }
        case .closed(let link, let code): leave(link, code: code, at: now)
        case .full: makeRoom(at: now)
        case .draining(let end):
            deadline = end
            for place in callers.indices where callers[place]?.state == .running { notifyOfDeadline(place, at: now) }
        case .stop:
            isStopping = true
            endResuming()
            for place in callers.indices where isLive(place) { dismiss(place, reason: "server_draining", at: now) }
        }
    }

    private func open(_ link: Int, _ request: UpgradeRequest, at now: Instant) {
        guard !isStopping, let entry = WireProtocols.entry(path: request.path), let slot = engine.allocate() else {
            // The socket thread has counted the session already.
            emit(.vacated(address: request.remote))
            return emit(.send(link, [.close(code: 1013, reason: "full")]))
        }
        // The slot is taken from here on; the engine's session starts with session.start.
        callers[slot.index] = Caller(
            id: "duet_" + Secret.hexadecimal(bits: 128, random: &random), link: link, remote: request.remote,
            entry: entry, wire: entry.make(clock, &random), clock: clock, slot: slot, opened: now)
        placeOfLink[link] = slot.index
        emit(.count(.sessionsActive, 1))
        emit(.count(.sessions, 1))
        var request = request
        (request.secondsMax, request.hasMind) = (rules.secondsMax, engine.limits.mind != nil)
        perform(callers[slot.index]!.wire.opened(request), slot.index, at: now)
    }

    /// Carries out what a client's message asks for. Stops when the caller's session ends on the way.
    func perform(_ requested: some Sequence<ClientAction>, _ place: Int, at now: Instant) {
        for action in requested where isLive(place) { perform(action, place, at: now) }
    }

    private func perform(_ action: ClientAction, _ place: Int, at now: Instant) {
        let slot = callers[place]!.slot
        switch action {
        case .start(let seed): start(place, seed: seed, at: now)
        case .audio(let samples): pass(samples, place, at: now)
        case .forget: forget(place)
        case .interrupt: engine.deliver(.interrupt(slot), at: now)
        case .tell(let text): write(text, place, at: now) { .tell(slot, words: $0, text: text) }
        case .say(let text): write(text, place, at: now) { .say(slot, words: $0) }
        case .speakOnlyWhenAsked(let holds): engine.deliver(.speakOnlyWhenAsked(slot, holds), at: now)
        case .configure(let setup): engine.deliver(.configure(slot, setup), at: now)
        case .append(let message): engine.deliver(.append(slot, message), at: now)
        case .result(let result, let answers): engine.deliver(.result(slot, result, answers: answers), at: now)
        case .played(let milliseconds): emit(.observe(.playbackDelay, seconds: Double(milliseconds) * 1e-3))
        case .clock(let theirs): notify(place, [.clock(client: theirs, server: Double(now.nanoseconds) * 1e-6)])
        case .reply(let message), .refuse(let message): send([message], place)
        case .close:
            act(at: now)
            farewell(place, reason: "close_requested", code: 1000, text: "", at: now)
        case .fail(let messages):
            emit(.count(.protocolErrors, 1))
            send(messages, place)
            end(place, reason: "protocol_error", at: now)
        }
    }

    /// Passes a text to the engine as words, and tells the client which of it cannot be said.
    private func write(_ text: String, _ place: Int, at now: Instant, _ event: ([SpokenWord]) -> EngineEvent) {
        let wording = model.wording(of: text)
        engine.deliver(event(wording.words), at: now)
        // The next answer is to the text, not to what was said before.
        callers[place]!.lastLoudInput = nil
        notify(place, wording.events)
    }

    private func start(_ place: Int, seed: UInt64, at now: Instant) {
        let caller = callers[place]!
        callers[place]!.state = .running
        engine.deliver(.open(caller.slot, seed: seed), at: now)
        if !caller.wire.carriesBackChannels { engine.deliver(.withholdBackChannels(caller.slot), at: now) }
        issueTicket(place)
        notify(place, [.started(id: caller.id, model: rules.modelName)])
        notifyOfDeadline(place, at: now)
    }

    // MARK: To callers

    /// Translates the engine's actions for callers.
    private func act(at now: Instant) {
        engine.drain(into: &engineActions)
        for action in engineActions {
            witness?(action)
            // Also for a session that is leaving.
            if case .mind(let slot, let request) = action { emit(.ask(slot, request)) }
            if case .recognise(let slot, let id, let samples) = action {
                emit(.recognise(slot, id: id, samples: samples))
            }
            if let tally = Tally(mind: action) { emit(.count(tally, 1)) }
            let place = action.slot.index
            guard callers[place]?.slot == action.slot else { continue }
            if case .closed = action { vacate(place) }
            guard isLive(place) else { continue }
            callers[place]!.figures.note(action)
            if case .speaking = action { observeResponseLatency(place, at: now) }
            if case .missing(_, let samples) = action, callers[place]!.hasMicrophone {
                emit(.count(.inputMissingSeconds, model.plan.sliceClock.seconds(samples: samples)))
            }
            notify(place, callers[place]!.narration.events(for: action, model: model))
            guard case .audio = action else { continue }
            callers[place]!.slices += 1
            served.append(place)
        }
    }

    /// Called when an answer begins: measures how long it took.
    private func observeResponseLatency(_ place: Int, at now: Instant) {
        guard let lastLoudInput = callers[place]!.lastLoudInput else { return }
        let seconds = Double(now.since(lastLoudInput)) * 1e-9
        emit(.observe(.responseLatency, seconds: seconds))
        callers[place]!.figures.answered(after: seconds)
        callers[place]!.lastLoudInput = nil
    }

    private func vacate(_ place: Int) {
        emit(.vacated(address: callers[place]!.address))
        callers[place] = nil
    }

    /// Carries out earlier requests of clients that are due now that a slice is over.
    private func advance(at now: Instant) {
        // A request may add to `served` during the loop.
        var next = 0
        while next < served.count {
            let place = served[next]
            if isLive(place) {
                advanceInput(place, at: now)
                perform(callers[place]!.wire.advanced(), place, at: now)
                takePostponed(place, at: now)
            }
            next += 1
        }
        served.removeAll(keepingCapacity: true)
    }

    func notify(_ place: Int, _ events: [ServerEvent]) {
        let wire = callers[place]!.wire
        callers[place]!.put { messages in for event in events { wire.encode(event, into: &messages) } }
        note(place)
    }

    func send(_ messages: [WireMessage], _ place: Int) {
        callers[place]!.put { $0 += messages }
        note(place)
    }

    private func note(_ place: Int) {
        // Nothing is queued for a held session: a client that resumes is told what it missed.
        if callers[place]!.isHeld { _ = callers[place]!.takeOutgoing() }
        if !callers[place]!.outgoing.isEmpty { unflushed.append(place) }
    }

    private func notifyOfDeadline(_ place: Int, at now: Instant) {
        if let deadline { notify(place, [.goingAway(milliseconds: max(0, deadline.since(now) / 1_000_000))]) }
    }

    /// Sends each caller its pending messages in one go.
    private func flush() {
        for place in unflushed { flush(place) }
        unflushed.removeAll(keepingCapacity: true)
    }

    func flush(_ place: Int) {
        guard callers[place]?.outgoing.isEmpty == false else { return }
        let messages = callers[place]!.takeOutgoing()
        emit(.send(callers[place]!.link, messages))
    }

    func emit(_ action: SwitchboardAction) { actions.append(action) }

    /// Whether the place has a caller whose session is not over.
    func isLive(_ place: Int) -> Bool { callers[place] != nil && callers[place]!.state != .leaving }

    func seconds(_ place: Int) -> Double { Double(callers[place]!.slices * clock.sliceMilliseconds) / 1000 }
}

// One thread, one engine, its sessions: decodes, computes and encodes. Shares nothing but the weights.
//
//  socket thread ─▶ mailbox ─▶ protocol ─▶ engine.deliver ─▶ tick … ─▶ actions ─▶ protocol ─▶ connection.send

internal import Basics
internal import CSystem
internal import Dialogue
internal import Families
internal import Glibc
internal import Sockets
internal import Synchronization
internal import Wire

/// Runs one engine in real time.
final class Worker: @unchecked Sendable {
    /// A client must start its session within this.
    static let startSecondsMax: Int64 = 10
    /// By stage: a step's name costs more to write than to count.
    private static let stepSeries = Work.allCases.map { "duet_step_seconds{stage=\"\($0)\"}" }

    /// Bounded by each client's inlet, so that nobody's flood takes another's place.
    let mailbox: Mailbox<WorkerMessage>
    let metrics: Metrics
    let loads: Service.Loads
    /// Among the workers.
    let index: Int
    /// A client that was cut off may come back within this. 0: it may not.
    let resumeSeconds: Int
    /// How long a session may last, in seconds; nil for ever.
    let secondsMax: Int?
    let model: any Model
    private let modelName: String
    let engine: Engine
    var clients: [Int: Conversation] = [:]
    var clientOfSlot: [Int?]
    /// Of the client that the slot was taken for.
    private var addressOfSlot: [String]
    var lobby = Lobby()
    private var counted = Counters()
    private var actions: [EngineAction] = []
    private var inbox: [WorkerMessage] = []
    /// Messages of `inbox` that were taken.
    private var taken = 0
    /// A slice may be due after so many nanoseconds of messages.
    private static let takeNanosecondsMax: Int64 = 2_000_000
    let heartbeat = Heartbeat()
    private var outgoing: [WireMessage] = []
    /// Clients that were served a slice since `advance`.
    private var advanced: [Int] = []
    private var stopping = false
    /// When those were looked for who have had their time.
    var expired = Instant.zero
    /// When the server stops; nil where that is not known.
    private var deadline: Instant?
    /// Nanoseconds that the step's stages have taken.
    private var spent: Int64 = 0
    /// When the last step was over, and the nanoseconds since then that are no part of what a slice costs: there was nothing to
    /// do, or clients came and went.
    private var stepped = MonotonicClock.now()
    private var apart: Int64 = 0
    private var thread = pthread_t()
    private let loadSeries: String
    /// Published for the socket thread.
    private let standing = Mutex(Standing())

    /// What admission goes by.
    struct Standing {
        /// Sessions that the engine could hold at present, those that it holds included.
        var sessionsMax = 0
        /// Share of real time that its slices take at p99.
        var load = 0.0
        /// Places among its sessions that nobody uses.
        var idle = 0
    }

    var published: Standing { standing.withLock { $0 } }

    init(
        index: Int, loaded: any LoadedModel, slots: Int, options: ServiceOptions, metrics: Metrics,
        loads: Service.Loads
    ) throws {
        (self.index, self.metrics, self.loads) = (index, metrics, loads)
        (resumeSeconds, secondsMax) = (options.resumeSeconds, options.sessionSecondsMax)
        loadSeries = "duet_worker_load{worker=\"\(index)\"}"
        mailbox = Mailbox(countMax: slots * Inlet.messagesMax)
        modelName = loaded.name
        model = loaded.instance(slots: slots)
        engine = try Engine(model: model, limits: options.limits, start: MonotonicClock.now())
        clientOfSlot = Array(repeating: nil, count: slots)
        addressOfSlot = Array(repeating: "", count: slots)
        stand()
    }

    func start() {
        let box = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { raw in
                let worker = Unmanaged<Worker>.fromOpaque(raw!).takeRetainedValue()
                _ = shim_name_this_thread("duet-worker")
                worker.run()
                return nil
            }, box)
        invariant(code == 0, "no thread for worker \(index)")
    }

    func join() { pthread_join(thread, nil) }

    // MARK: The loop

    private func run() {
        while true {
            heartbeat.turn(at: MonotonicClock.now())
            takeSome()
            let next = step()
            act()
            if !advanced.isEmpty { advance() }
            expire()
            if stopping && clients.isEmpty { return heartbeat.rest() }
            guard next != .again, taken == inbox.count else { continue }
            heartbeat.rest()
            switch next {
            case .again: break
            // Audio is taken in some ten milliseconds at a time: with many clients waking up for each packet would cost more.
            case .at(let instant): wait(until: instant, enough: max(1, clients.count / 2))
            case .onInput:
                wait(
                    until: clients.isEmpty && lobby.isEmpty ? nil : MonotonicClock.now().advanced(milliseconds: 1000),
                    enough: 1)
            }
        }
    }

    /// Takes what has come, as long as a tick may wait.
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

    /// Waking up later than asked for is no idleness: another process had the core.
    private func wait(until instant: Instant?, enough: Int) {
        let begun = MonotonicClock.now()
        mailbox.wait(until: instant, enough: enough)
        let ended = MonotonicClock.now()
        apart += max(0, min(ended, instant ?? ended).since(begun))
    }

    /// One tick, measured.
    private func step() -> Engine.Next {
        let before = MonotonicClock.now()
        let next = engine.tick(at: before)
        guard let (work, _, _, late) = engine.lastWork else { return next }
        let took = MonotonicClock.now().since(before)
        spent = work == .listen ? took : spent + took
        if work == .emit {
            let now = MonotonicClock.now()
            engine.took(now.since(stepped) - apart)
            (stepped, apart) = (now, 0)
            metrics.observe("duet_slice_seconds", seconds: Double(spent) * 1e-9)
            metrics.observe("duet_slice_lateness_seconds", seconds: Double(late) * 1e-9)
            publish()
        } else {
            metrics.observe(Self.stepSeries[work.rawValue], seconds: Double(took) * 1e-9)
        }
        return next
    }

    /// Adds what the engine has counted since the last time.
    private func publish() {
        let now = engine.counters
        func add(_ series: String, _ field: KeyPath<Counters, UInt64>, scale: Double = 1) {
            let more = now[keyPath: field] - counted[keyPath: field]
            if more > 0 { metrics.add(series, Double(more) * scale) }
        }
        add("duet_slices_total", \.slices)
        add("duet_slice_deadline_missed_total", \.deadlineMisses)
        add("duet_slices_skipped_total", \.skippedSlices)
        add("duet_audio_in_dropped_seconds_total", \.droppedSamples, scale: 1 / Double(SampleTime.rate))
        add("duet_audio_in_missing_seconds_total", \.missingSamples, scale: 1 / Double(SampleTime.rate))
        counted = now
        stand()
    }

    func stand() {
        let load = engine.load
        let idle = clients.values.count { $0.isIdle }
        standing.withLock { $0 = Standing(sessionsMax: engine.sessionCount + engine.room, load: load, idle: idle) }
        metrics.set(loadSeries, load)
    }

    // MARK: From clients

    /// A burst of clients must not look like dear slices to the last of them: coming and going is paid once.
    private func take(_ message: WorkerMessage) {
        let begun = MonotonicClock.now(), worked = ThreadClock.now(), isOnce: Bool
        switch message {
        case .opened, .returned, .closed, .crowded: isOnce = true
        case .text(let id, _): isOnce = clients[id].map { !$0.started } ?? true
        case .binary, .flooded, .draining, .stop: isOnce = false
        }
        handle(message, at: begun)
        if let id = message.sender { clients[id]?.work.spend(ThreadClock.now() - worked, at: begun) }
        if isOnce { apart += MonotonicClock.now().since(begun) }
    }

    private func handle(_ message: WorkerMessage, at now: Instant) {
        switch message {
        case .opened(let id, let connection, let inlet, let request): open(id, connection, inlet, request, at: now)
        case .text(let id, let text): if !postpones(text, id, at: now) { read(text, id, at: now) }
        case .binary(let id, let bytes): hear(bytes, id, at: now)
        case .flooded(let id): if let c = clients[id] { obey([.fail(c.wire.flooded())], id, at: now) }
        case .returned(let id, let connection, let inlet, let session):
            let hasToken = connection.request.parameter("token") != nil
            lobby.enter(
                id, Lobby.Guest(connection: connection, inlet: inlet, session: session, came: now, hasToken: hasToken))
            if let guest = lobby.supernumerary(session) { refuse(guest) }
        case .closed(let id, let code): leave(id, code: code, at: now)
        case .crowded: makeRoom(at: now)
        case .draining(let end):
            deadline = end
            for id in clients.keys.sorted() where clients[id]!.started { tellDeadline(id, at: now) }
        case .stop:
            stopping = true
            emptyLobby()
            for id in clients.keys.sorted() { bid(id, farewell: "server_draining", at: now) }
        }
    }

    private func open(
        _ id: Int, _ connection: Connection, _ inlet: Inlet, _ request: UpgradeRequest, at now: Instant
    ) {
        guard !stopping, let entry = WireProtocols.entry(path: request.path), let slot = engine.allocate() else {
            loads.state.withLock { $0.remove(index, address: connection.request.remote) }
            connection.send([.close(code: 1013, reason: "full")])
            return
        }
        var random = SystemRandomNumberGenerator()
        // The slot is taken from here on; the engine's session begins with session.start.
        clients[id] = Conversation(
            id: "duet_" + Secret.hexadecimal(bits: 128, random: &random), connection: connection, inlet: inlet,
            entry: entry, slot: slot, opened: now)
        clientOfSlot[slot.index] = id
        addressOfSlot[slot.index] = connection.request.remote
        metrics.add("duet_sessions_active")
        metrics.add("duet_sessions_total")
        stand()
        var request = request
        request.secondsMax = secondsMax
        obey(clients[id]!.wire.opened(request), id, at: now)
    }

    /// An event, or audio in a protocol that has it in text. What comes when the client's allowance is spent is not read: audio
    /// is dropped, of an event the protocol says what that means.
    func read(_ text: String, _ id: Int, at now: Instant) {
        guard let client = clients[id] else { return resume(id, text, at: now) }
        client.inlet.leave(bytes: text.utf8.count)
        let mayWork = clients[id]!.work.isLeft(at: now), mayBeHeard = mayWork && clients[id]!.audio.isLeft(at: now),
            mayTell = mayWork && clients[id]!.events.isLeft(at: now)
        if !mayBeHeard || !mayTell {
            let isAudio = client.wire.isAudio(text: text)
            if isAudio, !mayBeHeard { return drop(text, id, at: now) }
            if !isAudio, !mayTell { return refuse(text, id, at: now) }
        }
        let wishes = client.wire.received(text: text), samples = wishes.reduce(0) { $0 + $1.sampleCount }
        if samples > 0 { clients[id]!.hear(samples, at: now) }
        if !mayBeHeard || wishes.isEmpty || !wishes.allSatisfy(\.isAudio) {
            clients[id]!.events.spend(1 + Double(text.utf8.count / Conversation.eventBytes), at: now)
        }
        obey(wishes, id, at: now)
    }

    /// Audio. What comes when the client's allowance is spent is dropped undecoded: decoding takes others' time.
    private func hear(_ bytes: [UInt8], _ id: Int, at now: Instant) {
        guard let client = clients[id] else { return refuse(id) }
        client.inlet.leave(bytes: bytes.count)
        guard clients[id]!.audio.isLeft(at: now), clients[id]!.work.isLeft(at: now) else {
            client.wire.dropped(.binary(bytes))
            return metrics.add("duet_audio_in_dropped_messages_total")
        }
        let wish = client.wire.received(binary: bytes)
        clients[id]!.hear(wish?.sampleCount ?? 0, at: now)
        if let wish { obey(CollectionOfOne(wish), id, at: now) }
    }

    func obey(_ wishes: some Sequence<ClientAction>, _ id: Int, at now: Instant) {
        for wish in wishes {
            guard let client = clients[id] else { return }
            switch wish {
            case .start(let seed):
                clients[id]!.started = true
                engine.deliver(.open(client.slot, seed: seed), at: now)
                issueTicket(id)
                tell(id, [.started(id: client.id, model: modelName, sliceMilliseconds: model.plan.clock.slice_ms)])
                tellDeadline(id, at: now)
            case .audio(let samples): pass(samples, id, at: now)
            case .forget: forget(id)
            case .interrupt: engine.deliver(.interrupt(client.slot), at: now)
            case .tell(let text):
                let wording = model.wording(of: text)
                engine.deliver(.tell(client.slot, words: wording.words), at: now)
                tell(id, wording.events)
            case .say(let text):
                let wording = model.wording(of: text)
                engine.deliver(.say(client.slot, words: wording.words), at: now)
                tell(id, wording.events)
            case .hold(let holds): engine.deliver(.hold(client.slot, holds), at: now)
            case .played(let milliseconds):
                metrics.observe("duet_playback_delay_seconds", seconds: Double(milliseconds) * 1e-3)
            case .clock(let theirs): tell(id, [.clock(client: theirs, server: Double(now.nanoseconds) * 1e-6)])
            case .reply(let message), .refuse(let message):
                if !client.connection.send([message]) { giveUp(id, at: now) }
            case .close:
                tell(id, [.closed(reason: "close_requested", seconds: seconds(id))])
                client.connection.send([.close(code: 1000, reason: "")])
                end(id, reason: "close_requested", at: now)
            case .fail(let messages):
                metrics.add("duet_protocol_errors_total")
                client.connection.send(messages)
                end(id, reason: "protocol_error", at: now)
            }
        }
    }

    func seconds(_ id: Int) -> Double { Double(clients[id]!.slices * model.plan.clock.slice_ms) / 1000 }

    // MARK: To clients

    func act() {
        engine.drain(into: &actions)
        for action in actions {
            if case .closed(let slot) = action { vacate(slot) }
            guard let id = clientOfSlot[action.slot.index], clients[id]?.slot == action.slot else { continue }
            if case .speaking = action, let loud = clients[id]!.loud {
                metrics.observe(
                    "duet_response_latency_seconds", seconds: Double(MonotonicClock.now().since(loud)) * 1e-9)
                clients[id]!.loud = nil
            }
            tell(id, clients[id]!.events(for: action, model: model))
            if case .audio = action { advanced.append(id) }
        }
    }

    /// A slot is free: another client may be let in.
    private func vacate(_ slot: Slot) {
        loads.state.withLock { $0.remove(index, address: addressOfSlot[slot.index]) }
        stand()
    }

    /// What clients asked for earlier and is due now that a slice is over.
    private func advance() {
        let now = MonotonicClock.now()
        // Ending a session tells others meanwhile, who are served here too.
        var next = 0
        while next < advanced.count {
            let id = advanced[next]
            advanceInput(id, at: now)
            if let client = clients[id] { obey(client.wire.advanced(), id, at: now) }
            takePostponed(id, at: now)
            next += 1
        }
        advanced.removeAll(keepingCapacity: true)
    }

    /// A client that does not read has lost something.
    private func giveUp(_ id: Int, at now: Instant) {
        // Who has closed is not slow: its end comes.
        guard let client = clients[id], client.losesNothing, client.connection.isOpen else { return }
        client.connection.send([.close(code: 1008, reason: "too slow")])
        end(id, reason: "too_slow", at: now)
    }

    func tell(_ id: Int, _ events: [ServerEvent]) {
        guard let client = clients[id] else { return }
        outgoing.removeAll(keepingCapacity: true)
        for event in events { client.wire.encode(event, into: &outgoing) }
        if client.lost == nil, !outgoing.isEmpty, !client.connection.send(outgoing) {
            client.wire.unsent()
            metrics.add("duet_audio_out_dropped_messages_total", Double(outgoing.count))
            giveUp(id, at: MonotonicClock.now())
        }
    }

    private func tellDeadline(_ id: Int, at now: Instant) {
        if let deadline { tell(id, [.goingAway(milliseconds: max(0, deadline.since(now) / 1_000_000))]) }
    }
}

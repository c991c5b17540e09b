// A server in this process, on a clock that only counts: the same protocol and engine, without sockets or waiting.

internal import Basics
internal import Dialogue
internal import Families
internal import Wire

/// One engine with the sessions of its slots. Work takes no time: whoever drives it says what time it is.
final class VirtualServer {
    private let engine: Engine
    fileprivate let model: any Model
    fileprivate let modelName: String
    /// By slot index.
    private var sessions: [VirtualSession?]
    private var actions: [EngineAction] = []
    private(set) var now = Instant.zero

    init(model loaded: any LoadedModel, slots: Int, limits: Limits = Limits()) throws {
        model = loaded.instance(slots: slots)
        modelName = loaded.name
        engine = try Engine(model: model, limits: limits, start: now)
        sessions = Array(repeating: nil, count: slots)
    }

    /// A new session of a protocol; nil when all slots are taken.
    func open(_ entry: WireProtocols.Entry = WireProtocols.all[0]) -> VirtualSession? {
        guard let slot = engine.allocate() else { return nil }
        let session = VirtualSession(server: self, slot: slot, entry)
        sessions[slot.index] = session
        session.begin()
        return session
    }

    /// Slots that are taken.
    var sessionCount: Int { engine.sessionCount }

    /// Does everything that is due until `end`.
    func advance(to end: Instant) {
        while true {
            let next = engine.tick(at: now)
            engine.drain(into: &actions)
            for action in actions { sessions[action.slot.index]?.take(action) }
            switch next {
            case .again: continue
            case .at(let due) where due <= end: now = max(now, due)
            case .at, .onInput:
                now = end
                return
            }
        }
    }

    fileprivate func input(of slot: Slot) -> (ahead: Int, room: Int) { engine.input(of: slot) }

    fileprivate func deliver(_ event: EngineEvent) { engine.deliver(event, at: now) }

    fileprivate func release(_ slot: Slot) { engine.release(slot) }
}

/// One session, as a client sees it: messages in, messages out with the time at which they came.
final class VirtualSession {
    let path: String
    private unowned let server: VirtualServer
    private let slot: Slot
    private let wire: any WireProtocol
    private let started: Instant
    private var narration = Narration()
    private var backlog: InputBacklog
    private var outbox: [(message: WireMessage, seconds: Double)] = []
    private(set) var isOver = false

    fileprivate init(server: VirtualServer, slot: Slot, _ entry: WireProtocols.Entry) {
        (self.server, self.slot, started, path) = (server, slot, server.now, entry.path)
        var random = Random(seed: UInt64(slot.index))
        wire = entry.make(&random)
        backlog = InputBacklog(secondsMax: entry.burstSeconds)
    }

    fileprivate func begin() { obey(wire.opened(UpgradeRequest(path: path))) }

    /// Seconds since it was opened.
    var seconds: Double { Double(server.now.since(started)) * 1e-9 }

    func send(_ message: WireMessage) {
        switch message {
        case .text(let text): obey(wire.received(text: text))
        case .binary(let bytes): wire.received(binary: bytes).map { obey([$0]) }
        case .close: end()
        }
    }

    /// What came since the last call, oldest first.
    func receive() -> [(message: WireMessage, seconds: Double)] {
        defer { outbox.removeAll(keepingCapacity: true) }
        return outbox
    }

    fileprivate func take(_ action: EngineAction) {
        guard action.slot == slot else { return }
        tell(narration.events(for: action, model: server.model))
        guard case .audio = action else { return }
        let heard = backlog.advance(ahead: server.input(of: slot).ahead, slice: server.model.plan.samplesPerSlice)
        if !heard.isEmpty { feed(heard) }
        obey(wire.advanced())
    }

    /// As a worker does (`Worker.pass`).
    private func pass(_ samples: [Float]) {
        let (ahead, room) = server.input(of: slot)
        let step = backlog.hear(samples, ahead: ahead, room: room, slice: server.model.plan.samplesPerSlice)
        feed(step.heard)
        if step.dropped > 0 { tell([Narration.overrun(samples: step.dropped)]) }
    }

    private func feed(_ samples: [Float]) {
        if !samples.isEmpty { server.deliver(.audio(slot, samples)) }
        wire.passedOn(samples, waiting: backlog.count)
    }

    private func obey(_ wishes: [ClientAction]) {
        for wish in wishes {
            switch wish {
            case .start(let seed):
                server.deliver(.open(slot, seed: seed))
                tell([
                    .started(
                        id: "virtual", model: server.modelName, sliceMilliseconds: server.model.plan.clock.slice_ms)
                ])
            case .audio(let samples): pass(samples)
            case .forget:
                backlog.clear()
                feed([])
            case .interrupt: server.deliver(.interrupt(slot))
            case .tell(let text):
                let wording = server.model.wording(of: text)
                server.deliver(.tell(slot, words: wording.words))
                tell(wording.events)
            case .say(let text):
                let wording = server.model.wording(of: text)
                server.deliver(.say(slot, words: wording.words))
                tell(wording.events)
            case .hold(let holds): server.deliver(.hold(slot, holds))
            case .played: break
            case .clock(let client): tell([.clock(client: client, server: seconds * 1000)])
            case .reply(let message), .refuse(let message): outbox.append((message, seconds))
            case .close:
                tell([.closed(reason: "close_requested", seconds: seconds)])
                end()
            case .fail(let messages):
                outbox += messages.map { ($0, seconds) }
                end()
            }
        }
    }

    private func tell(_ events: [ServerEvent]) {
        outbox += events.flatMap { wire.encode($0) }.map { ($0, seconds) }
    }

    private func end() {
        guard !isOver else { return }
        server.release(slot)
        isOver = true
    }
}

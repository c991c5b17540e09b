// Routes requests. Runs on the socket thread.

internal import Basics
internal import Sockets
internal import Switchboard
internal import Synchronization
internal import Wire

/// Answers upgrades; plain HTTP is in `Routes+HTTP.swift`.
final class Routes: Sendable {
    let workers: [Worker]
    let ledger: SessionLedger
    let metrics: Metrics
    let modelName: String
    /// When the model was created, in seconds since 1970.
    let modelCreated: Int
    let budget: Double
    let keys: Keys
    let page: Page
    let originPolicy: OriginPolicy
    let sockets: SocketHealth
    let refusals: RefusalLog
    /// Seconds before a refused client should retry: room appears only when a session ends or the p99 load falls.
    static let retrySeconds = 2

    init(
        workers: [Worker], ledger: SessionLedger, metrics: Metrics, modelName: String, modelCreated: Int = 0,
        budget: Double, page: Page, keys: Keys = Keys(), originPolicy: OriginPolicy = OriginPolicy(),
        sockets: SocketHealth = SocketHealth(),
        refusals: RefusalLog = RefusalLog()
    ) {
        (self.workers, self.ledger, self.metrics, self.modelName) = (workers, ledger, metrics, modelName)
        (self.modelCreated, self.refusals) = (modelCreated, refusals)
        (self.budget, self.page, self.keys) = (budget, page, keys)
        (self.originPolicy, self.sockets) = (originPolicy, sockets)
    }

    // MARK: Websockets

    func admit(_ request: UpgradeRequest) -> Admission {
        guard let refusal = refusal(request) ?? roomRefusal(request) else { return .accept }
        metrics.add("duet_admission_rejected_total{reason=\"\(refusal.errorCode ?? "")\"}")
        refusals.note(refusal, remote: request.remote, path: request.path, at: MonotonicClock.now())
        return .refuse(refusal)
    }

    /// Why this client may not connect, regardless of room.
    private func refusal(_ request: UpgradeRequest) -> HTTPResponse? {
        if !keys.signs(request.path), let why = originPolicy.refusal(request.headers, reads: false) {
            return .error(403, why.code, why.message)
        }
        guard let entry = WireProtocols.entry(path: request.path) else { return Self.notFound(request.path) }
        guard keys.admit(request) else { return Self.unauthorized(request) }
        guard request.subprotocols.isEmpty || !entry.subprotocols.allSatisfy({ !request.subprotocols.contains($0) })
        else {
            let known = entry.subprotocols.isEmpty ? "none" : entry.subprotocols.joined(separator: ", ")
            return .error(400, "unsupported_subprotocol", "Subprotocols of \(request.path): \(known).")
        }
        return nil
    }

    /// Why there is no session for this client now.
    private func roomRefusal(_ request: UpgradeRequest) -> HTTPResponse? {
        if let session = Self.resumed(request) {
            return refusal(resuming: session, token: request.parameter("token"))
        }
        if ledger.state.withLock({ $0.draining }) {
            return Self.busy(
                503, "server_draining", "The server is going away.", type: "invalid_request_error", seconds: 10)
        }
        if let most = ledger.perAddressMax, ledger.state.withLock({ $0.addresses[request.remote] ?? 0 }) >= most {
            return Self.busy(
                429, "too_many_sessions", "An address may have \(most) session\(most == 1 ? "" : "s").")
        }
        guard freest() != nil else {
            requestEviction()
            return Self.busy(503, "capacity_exhausted", ledger.state.withLock { limit($0) }.message)
        }
        return nil
    }

    /// The server is full: asks the worker with the most idle sessions to give one up, so that the next client finds room.
    private func requestEviction() {
        guard let worker = workers.max(by: { $0.capacity.idle < $1.capacity.idle }), worker.capacity.idle > 0 else {
            return
        }
        worker.mailbox.push(.event(.full), urgent: true)
    }

    /// The session that a connection asks to resume.
    private static func resumed(_ request: UpgradeRequest) -> String? {
        WireProtocols.entry(path: request.path)?.resumes == true ? request.parameter("resume") : nil
    }

    /// A held session keeps its slot, so the server's load does not matter.
    private func refusal(resuming session: String, token: String?) -> HTTPResponse? {
        switch ledger.state.withLock({ $0.resumables.answer(session, token: token) }) {
        case .welcome: nil
        case .unknown:
            .error(404, "session_not_found", "There is no such session to be resumed.")
        case .crowded:
            Self.busy(503, "session_crowded", "Too many connections wait for this session.")
        }
    }

    /// How many more sessions each worker would take; a stuck worker takes none. Counts sessions that a worker has not yet heard
    /// of, so that a burst of clients finds no more room than clients one after another.
    private func rooms(_ state: SessionLedger.State) -> [Int] {
        let now = MonotonicClock.now()
        return workers.indices.map { i in
            workers[i].heartbeat.isStuck(at: now)
                ? 0 : max(0, min(ledger.slotsEach, workers[i].capacity.sessionsMax) - state.sessions[i])
        }
    }

    /// How many more sessions would be admitted now.
    func room(_ state: SessionLedger.State) -> Int {
        state.draining
            ? 0 : max(0, min(ledger.sessionsMax - state.sessions.reduce(0, +), rooms(state).reduce(0, +)))
    }

    /// What keeps a full server from taking another session.
    enum Limit: String {
        /// Every slot is taken (`--sessions-max`).
        case sessions
        /// There are slots, but the slices of another session might be late (`--budget`).
        case cpu

        var message: String {
            switch self {
            case .sessions: "The server is full: all its sessions are taken."
            case .cpu: "The server is full: its processor has no time for another session."
            }
        }
    }

    func limit(_ state: SessionLedger.State) -> Limit {
        state.sessions.reduce(0, +) >= ledger.sessionsMax ? .sessions : .cpu
    }

    /// The worker with the most room.
    private func freest() -> Int? {
        ledger.state.withLock { state in
            guard room(state) > 0 else { return nil }
            let rooms = rooms(state)
            return rooms.indices.max { (rooms[$0], -$0) < (rooms[$1], -$1) }
        }
    }

    func open(_ connection: Connection) -> any ConnectionHandler {
        let resumed = Self.resumed(connection.request), free = freest() ?? 0
        let (id, worker) = ledger.state.withLock { state in
            let worker = resumed.map { state.resumables.enter($0) ?? 0 } ?? free
            // A resumed session has already been counted.
            if resumed == nil { state.add(worker, address: connection.request.remote) }
            defer { state.next += 1 }
            return (state.next, worker)
        }
        let entry = WireProtocols.entry(path: connection.request.path)
        let inlet = Inlet(bytesMax: 2 * (entry?.messageBytesMax ?? 0))
        if let resumed {
            let event = LinkEvent.returned(id, connection.request, session: resumed)
            workers[worker].mailbox.push(.arrived(connection, inlet, event), urgent: true)
        } else {
            var request = connection.request
            request.session = keys.session(of: request)
            workers[worker].mailbox.push(.arrived(connection, inlet, .opened(id, request)), urgent: true)
        }
        return Client(
            id: id, mailbox: workers[worker].mailbox, inlet: inlet, metrics: metrics,
            messageBytesMax: entry?.messageBytesMax)
    }

    /// Passes a connection's messages to its worker.
    private final class Client: ConnectionHandler {
        /// Longer texts may be audio, which need not wake the worker: 20 ms at 8 kHz in base64.
        private static let urgentBytesMax = 215

        let id: Int, mailbox: Mailbox<WorkerMessage>, inlet: Inlet, metrics: Metrics
        let messageBytesMax: Int?

        init(
            id: Int, mailbox: Mailbox<WorkerMessage>, inlet: Inlet, metrics: Metrics, messageBytesMax: Int?
        ) {
            (self.id, self.mailbox, self.inlet) = (id, mailbox, inlet)
            (self.metrics, self.messageBytesMax) = (metrics, messageBytesMax)
        }

        // Events must not be lost: a client that exceeds its limit is disconnected.
        func received(text: String) {
            let bytes = text.utf8.count
            if inlet.enter(bytes: bytes) {
                if mailbox.push(.event(.text(id, text)), urgent: bytes <= Self.urgentBytesMax) { return }
                inlet.leave(bytes: bytes)
            }
            if inlet.overflow() { mailbox.push(.event(.flooded(id)), urgent: true) }
        }

        // Drop audio that the worker is too busy to take: it would be late.
        func received(binary: [UInt8]) {
            guard inlet.enter(bytes: binary.count) else {
                return metrics.add("duet_audio_in_dropped_messages_total")
            }
            guard mailbox.push(.event(.binary(id, binary))) else {
                inlet.leave(bytes: binary.count)
                return metrics.add("duet_audio_in_dropped_messages_total")
            }
        }

        func closed(code: UInt16?) { mailbox.push(.event(.closed(id, code: code)), urgent: true) }
    }
}

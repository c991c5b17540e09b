// Which request goes where. Runs on the socket thread.

internal import Basics
internal import Kernels
internal import Sockets
internal import Switchboard
internal import Synchronization
internal import Wire

/// Answers upgrades and plain HTTP.
final class Routes: Sendable {
    private let workers: [Worker]
    private let loads: Service.Loads
    private let metrics: Metrics
    private let modelName: String
    private let budget: Double
    private let keys: Keys
    private let page: Page
    private let door: Door
    private let sockets: SocketHealth
    /// Seconds after which a client that was refused may ask again; there is no room before a session ends or p99 falls.
    private static let retrySeconds = 2

    init(
        workers: [Worker], loads: Service.Loads, metrics: Metrics, modelName: String, budget: Double, page: Page,
        keys: Keys = Keys(), door: Door = Door(), sockets: SocketHealth = SocketHealth()
    ) {
        (self.workers, self.loads, self.metrics, self.modelName) = (workers, loads, metrics, modelName)
        (self.budget, self.page, self.keys) = (budget, page, keys)
        (self.door, self.sockets) = (door, sockets)
    }

    // MARK: Websockets

    func admit(_ request: UpgradeRequest) -> Admission {
        if !keys.signs(request.path), let why = door.refusal(request.headers, reads: false) {
            metrics.add("duet_admission_rejected_total{reason=\"\(why.reason)\"}")
            return .refuse(Self.error(403, why.code, why.message))
        }
        guard let entry = WireProtocols.entry(path: request.path) else {
            return .refuse(Self.error(404, "not_found", "There is nothing at \(request.path)."))
        }
        guard keys.admit(request) else {
            metrics.add("duet_admission_rejected_total{reason=\"key\"}")
            return .refuse(Self.unauthorized)
        }
        guard request.subprotocols.isEmpty || !entry.subprotocols.allSatisfy({ !request.subprotocols.contains($0) })
        else {
            let known = entry.subprotocols.isEmpty ? "none" : entry.subprotocols.joined(separator: ", ")
            return .refuse(
                Self.error(400, "unsupported_subprotocol", "Subprotocols of \(request.path): \(known)."))
        }
        if let session = Self.resumed(request) {
            return admit(resuming: session, token: request.parameter("token"))
        }
        if loads.state.withLock({ $0.draining }) {
            metrics.add("duet_admission_rejected_total{reason=\"draining\"}")
            return .refuse(Self.error(503, "server_draining", "The server is going away.", retryAfter: 10))
        }
        if let most = loads.perAddressMax, loads.state.withLock({ $0.addresses[request.remote] ?? 0 }) >= most {
            metrics.add("duet_admission_rejected_total{reason=\"address\"}")
            return .refuse(
                Self.error(
                    429, "too_many_sessions", "An address may have \(most) sessions.", type: "rate_limit_error",
                    retryAfter: Self.retrySeconds))
        }
        guard freest() != nil else {
            knock()
            metrics.add("duet_admission_rejected_total{reason=\"capacity\"}")
            return .refuse(
                Self.error(
                    503, "capacity_exhausted", "All sessions are taken.", type: "rate_limit_error",
                    retryAfter: Self.retrySeconds))
        }
        return .accept
    }

    /// The server is full: of the places that nobody uses one is given up for each caller, so that the next one finds room.
    private func knock() {
        guard let worker = workers.max(by: { $0.published.idle < $1.published.idle }), worker.published.idle > 0 else {
            return
        }
        worker.mailbox.push(.event(.full), urgent: true)
    }

    /// The session that a connection is to take up.
    private static func resumed(_ request: UpgradeRequest) -> String? {
        WireProtocols.entry(path: request.path)?.resumes == true ? request.parameter("resume") : nil
    }

    /// Its slot is there, however full the server is.
    private func admit(resuming session: String, token: String?) -> Admission {
        switch loads.state.withLock({ $0.resumables.answer(session, token: token) }) {
        case .welcome: return .accept
        case .unknown:
            metrics.add("duet_admission_rejected_total{reason=\"session\"}")
            return .refuse(Self.error(404, "session_not_found", "There is no such session to be resumed."))
        case .crowded:
            metrics.add("duet_admission_rejected_total{reason=\"session\"}")
            return .refuse(
                Self.error(
                    503, "session_crowded", "Too many connections wait for this session.", type: "rate_limit_error",
                    retryAfter: Self.retrySeconds))
        }
    }

    /// How many more sessions each worker would take. Sessions that it has not heard of yet are among those counted here, so a
    /// burst of clients finds no more room than one after the other.
    /// A worker that does not turn has no room.
    private func rooms(_ state: Service.Loads.State) -> [Int] {
        let now = MonotonicClock.now()
        return workers.indices.map { i in
            workers[i].heartbeat.isStuck(at: now)
                ? 0 : max(0, min(loads.slotsEach, workers[i].published.sessionsMax) - state.sessions[i])
        }
    }

    /// How many more sessions would be admitted now.
    private func room(_ state: Service.Loads.State) -> Int {
        state.draining
            ? 0 : max(0, min(loads.sessionsMax - state.sessions.reduce(0, +), rooms(state).reduce(0, +)))
    }

    /// The worker with the most room.
    private func freest() -> Int? {
        loads.state.withLock { state in
            guard room(state) > 0 else { return nil }
            let rooms = rooms(state)
            return rooms.indices.max { (rooms[$0], -$0) < (rooms[$1], -$1) }
        }
    }

    func open(_ connection: Connection) -> any ConnectionHandler {
        let resumed = Self.resumed(connection.request), free = freest() ?? 0
        let (id, worker) = loads.state.withLock { state in
            let worker = resumed.map { state.resumables.enter($0) ?? 0 } ?? free
            // Who comes back has been counted.
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
        /// A longer text may be audio, which need not wake the worker: 20 ms in base64 at 8 kHz.
        private static let urgentBytesMax = 215

        let id: Int, mailbox: Mailbox<WorkerMessage>, inlet: Inlet, metrics: Metrics
        let messageBytesMax: Int?

        init(
            id: Int, mailbox: Mailbox<WorkerMessage>, inlet: Inlet, metrics: Metrics, messageBytesMax: Int?
        ) {
            (self.id, self.mailbox, self.inlet) = (id, mailbox, inlet)
            (self.metrics, self.messageBytesMax) = (metrics, messageBytesMax)
        }

        // An event must not be lost: a client that sends more than can wait is told to go.
        func received(text: String) {
            let bytes = text.utf8.count
            if inlet.enter(bytes: bytes) {
                if mailbox.push(.event(.text(id, text)), urgent: bytes <= Self.urgentBytesMax) { return }
                inlet.leave(bytes: bytes)
            }
            if inlet.overflow() { mailbox.push(.event(.flooded(id)), urgent: true) }
        }

        // Audio that a worker is too busy to take is late already.
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

    // MARK: Plain HTTP

    func http(_ request: HTTPRequest) -> HTTPResponse {
        if let why = door.refusal(request.headers, reads: ["GET", "HEAD"].contains(request.method)) {
            return Self.error(403, why.code, why.message)
        }
        guard request.method != "POST" else { return post(request) }
        guard ["GET", "HEAD"].contains(request.method) else { return Self.notAllowed(allow: "GET, HEAD, POST") }
        let path = request.path
        switch path {
        case "/livez": return HTTPResponse(body: "ok\n")
        case "/readyz": return health(ready: true)
        case "/health", "/healthz": return health(ready: false)
        case "/metrics":
            metrics.set("duet_sessions_room", Double(loads.state.withLock { room($0) }))
            metrics.set("duet_log_lines_dropped_total", Double(Log.droppedCount))
            metrics.set("duet_accept_failures_total", Double(sockets.acceptFailures))
            metrics.set("duet_connections_shed_total", Double(sockets.shed))
            metrics.set("duet_float_products_total", Double(OpenBLAS.counts.all))
            metrics.set("duet_openblas_products_total", Double(OpenBLAS.counts.served))
            return HTTPResponse(type: "text/plain; version=0.0.4", body: metrics.text)
        case "/version": return Self.json([("name", .string("duet")), ("version", .string(Service.version))])
        case "/v1/models":
            let model = JSONText.object([
                ("id", .string(modelName)), ("object", .string("model")), ("owned_by", .string("duet")),
            ])
            return Self.json([("object", .string("list")), ("data", .array([model]))])
        case _ where WireProtocols.keyRoute(path: path) != nil: return Self.notAllowed(allow: "POST")
        case _ where WireProtocols.entry(path: path) != nil:
            var response = Self.error(426, "upgrade_required", "\(path) is a websocket.")
            response.headers = ["upgrade": "websocket", "sec-websocket-version": "13"]
            return response
        default: return page.answer(path) ?? Self.error(404, "not_found", "There is nothing at \(path).")
        }
    }

    private func post(_ request: HTTPRequest) -> HTTPResponse {
        guard let route = WireProtocols.keyRoute(path: request.path) else {
            return WireProtocols.entry(path: request.path) == nil
                ? Self.error(404, "not_found", "There is nothing at \(request.path).")
                : Self.error(501, "not_implemented", "\(request.path) is a websocket; there is no WebRTC.")
        }
        guard keys.admit(request) else { return Self.unauthorized }
        let asked: any KeyRequest
        do throws(KeyRefusal) { asked = try route.read(request.body, modelName) } catch {
            return Self.error(400, error.code, error.message, param: error.param)
        }
        let secret = keys.mint(seconds: asked.seconds, session: asked.session)
        return Self.json(asked.answer(value: secret.value, expires: secret.expires))
    }

    private static var unauthorized: HTTPResponse {
        var response = error(401, "invalid_api_key", "A key of this server is needed, as a bearer token.")
        response.headers["www-authenticate"] = "Bearer"
        return response
    }

    private static func notAllowed(allow methods: String) -> HTTPResponse {
        var response = error(405, "method_not_allowed", "Methods: \(methods).")
        response.headers["allow"] = methods
        return response
    }

    /// Whether the server is well, or with `ready` whether a new session is welcome.
    private func health(ready: Bool) -> HTTPResponse {
        let state = loads.state.withLock { $0 }, room = room(state)
        let load = workers.map(\.published.load).max() ?? 0, now = MonotonicClock.now()
        let stuck = workers.count { $0.heartbeat.isStuck(at: now) }, isClosed = sockets.isAcceptFailing
        let why = stuck > 0 ? "stuck" : "full"
        let status = state.draining ? "draining" : isClosed ? "no_descriptors" : room > 0 ? "ok" : why
        var response = Self.json([
            ("status", .string(status)),
            ("sessions", .integer(Int64(state.sessions.reduce(0, +)))),
            ("capacity", .integer(Int64(loads.sessionsMax))),
            ("room", .integer(Int64(room))), ("load", .number((1000 * load).rounded() / 1000)),
            ("budget", .number(budget)), ("workers_stuck", .integer(Int64(stuck))),
        ])
        if state.draining || ready && (room == 0 || isClosed) {
            response.status = 503
            response.headers["retry-after"] = String(state.draining ? 10 : Self.retrySeconds)
        }
        return response
    }

    private static func json(_ fields: [(String, JSONText)]) -> HTTPResponse {
        HTTPResponse(type: "application/json", body: JSONText.line(fields) + "\n")
    }

    private static func error(
        _ status: Int, _ code: String, _ message: String, type: String = "invalid_request_error",
        param: String? = nil, retryAfter: Int? = nil
    ) -> HTTPResponse {
        let field = param.map { [("param", JSONText.string($0))] } ?? []
        let fields = [("type", JSONText.string(type)), ("code", .string(code)), ("message", .string(message))]
        var response = json([("error", .object(fields + field))])
        response.status = status
        if let retryAfter { response.headers["retry-after"] = String(retryAfter) }
        return response
    }
}

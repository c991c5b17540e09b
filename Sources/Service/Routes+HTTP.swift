// Plain HTTP beside the websockets: health, metrics, models, keys, the page. Runs on the socket thread.

internal import Basics
internal import Kernels
internal import Sockets
internal import Synchronization
internal import Wire

extension Routes {
    /// Paths for GET and HEAD, besides the page's and the models'.
    private static let readable = ["/livez", "/readyz", "/health", "/healthz", "/metrics", "/version", "/v1/models"]

    func http(_ request: HTTPRequest) -> HTTPResponse {
        let response = answer(request)
        if [401, 403].contains(response.status) {
            refusals.note(response, remote: request.remote, path: request.path, at: MonotonicClock.now())
        }
        return response
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        if let why = originPolicy.refusal(request.headers, reads: ["GET", "HEAD"].contains(request.method)) {
            return .error(403, why.code, why.message)
        }
        let path = request.path
        // A model's name may hold escapes.
        guard request.isExact || path.hasPrefix(Self.modelPrefix) else { return Self.notFound(path) }
        guard request.method != "POST" else { return post(request) }
        guard ["GET", "HEAD"].contains(request.method) else { return Self.notAllowed(allow: "GET, HEAD, POST") }
        switch path {
        case "/livez": return HTTPResponse(body: "ok\n")
        case "/readyz": return health(ready: true)
        case "/health", "/healthz": return health(ready: false)
        case "/metrics": return HTTPResponse(type: "text/plain; version=0.0.4", body: metricsText)
        case "/version": return Self.json([("name", .string("duet")), ("version", .string(Service.version))])
        case "/v1/models": return Self.json([("object", .string("list")), ("data", .array([.object(model)]))])
        case _ where path.hasPrefix(Self.modelPrefix): return model(String(path.dropFirst(Self.modelPrefix.count)))
        case _ where WireProtocols.keyRoute(path: path) != nil: return Self.notAllowed(allow: "POST")
        case _ where WireProtocols.entry(path: path) != nil: return Self.upgradeRequired(path)
        default: return page.answer(path) ?? Self.notFound(path)
        }
    }

    /// Includes values that are sampled only when scraped.
    private var metricsText: String {
        metrics.set("duet_sessions_room", Double(ledger.state.withLock { room($0) }))
        metrics.set("duet_log_lines_dropped_total", Double(Log.droppedCount))
        metrics.set("duet_accept_failures_total", Double(sockets.acceptFailures))
        metrics.set("duet_connections_shed_total", Double(sockets.shed))
        metrics.set("duet_float_products_total", Double(OpenBLAS.counts.all))
        metrics.set("duet_openblas_products_total", Double(OpenBLAS.counts.served))
        for (name, value) in ProcessUsage.now.metrics { metrics.set(name, value) }
        return metrics.text
    }

    // MARK: Models

    private static let modelPrefix = "/v1/models/"

    /// The format of OpenAI's API.
    private var model: [(String, JSONText)] {
        [
            ("id", .string(modelName)), ("object", .string("model")), ("created", .integer(Int64(modelCreated))),
            ("owned_by", .string("duet")),
        ]
    }

    private func model(_ id: String) -> HTTPResponse {
        guard id != modelName else { return Self.json(model) }
        return .error(
            404, "model_not_found", "The model '\(id)' does not exist here; this server has '\(modelName)'.",
            param: "model")
    }

    // MARK: Keys

    private func post(_ request: HTTPRequest) -> HTTPResponse {
        let path = request.path
        guard let route = WireProtocols.keyRoute(path: path) else {
            if WireProtocols.entry(path: path) != nil {
                return .error(501, "not_implemented", "\(path) is a websocket; there is no WebRTC.")
            }
            let isReadable =
                Self.readable.contains(path) || path.hasPrefix(Self.modelPrefix) || page.answer(path) != nil
            return isReadable ? Self.notAllowed(allow: "GET, HEAD") : Self.notFound(path)
        }
        let key = keys.key(of: request)
        guard key != nil || keys.isOpen else {
            return Self.unauthorized(UpgradeRequest(path: path, headers: request.headers))
        }
        let asked: any KeyRequest
        do throws(KeyRefusal) { asked = try route.read(request.body, modelName) } catch {
            return .error(400, error.code, error.message, param: error.param)
        }
        let secret = keys.mint(seconds: asked.seconds, session: asked.session, by: key)
        return Self.json(asked.answer(value: secret.value, expires: secret.expires))
    }

    // MARK: Errors

    /// The request shows no valid key.
    static func unauthorized(_ request: UpgradeRequest) -> HTTPResponse {
        let showsKey = request.keys.contains { !$0.isEmpty }, hasHeader = request.headers["authorization"] != nil
        let missing =
            hasHeader
            ? "The Authorization header must be: Bearer KEY." : "A key of this server is needed, as a bearer token."
        return .error(
            401, "invalid_api_key", showsKey ? "The key shown is not one of this server's." : missing,
            headers: ["www-authenticate": "Bearer"])
    }

    /// There is no room for a session, or none at present for this client.
    static func busy(
        _ status: Int, _ code: String, _ message: String, type: String = "rate_limit_error",
        seconds: Int = retrySeconds
    ) -> HTTPResponse {
        .error(status, code, message, type: type, headers: ["retry-after": String(seconds)])
    }

    private static func notAllowed(allow methods: String) -> HTTPResponse {
        .error(405, "method_not_allowed", "Methods: \(methods).", headers: ["allow": methods])
    }

    private static func upgradeRequired(_ path: String) -> HTTPResponse {
        .error(
            426, "upgrade_required", "\(path) is a websocket. \(served)",
            headers: ["upgrade": "websocket", "sec-websocket-version": "13"])
    }

    /// A client that looks for another API under `/v1` is told what is served.
    static func notFound(_ path: String) -> HTTPResponse {
        let hint = path == "/v1" || path.hasPrefix("/v1/") ? " " + served : ""
        return .error(404, "not_found", "There is nothing at \(path).\(hint)")
    }

    /// The protocols served and their paths.
    private static let served: String = {
        let protocols = WireProtocols.all.map { "\($0.name) at \($0.path)" }.joined(separator: ", ")
        return "Websockets: \(protocols). Models: GET /v1/models."
    }()

    // MARK: Health

    /// Whether the server is healthy or, with `ready`, whether it takes new sessions.
    private func health(ready: Bool) -> HTTPResponse {
        let state = ledger.state.withLock { $0 }, room = room(state)
        let load = workers.map(\.capacity.load).max() ?? 0, now = MonotonicClock.now()
        let stuck = workers.count { $0.heartbeat.isStuck(at: now) }, isClosed = sockets.isAcceptFailing
        let why = stuck > 0 ? "stuck" : "full"
        let status = state.draining ? "draining" : isClosed ? "no_descriptors" : room > 0 ? "ok" : why
        let limit = status == "full" ? [("limited_by", JSONText.string(limit(state).rawValue))] : []
        var response = Self.json(
            [
                ("status", .string(status)),
                ("sessions", .integer(Int64(state.sessions.reduce(0, +)))),
                ("capacity", .integer(Int64(ledger.sessionsMax))),
                ("room", .integer(Int64(room))), ("load", .number((1000 * load).rounded() / 1000)),
                ("budget", .number(budget)), ("workers_stuck", .integer(Int64(stuck))),
            ] + limit)
        if state.draining || ready && (room == 0 || isClosed) {
            response.status = 503
            response.headers["retry-after"] = String(state.draining ? 10 : Self.retrySeconds)
        }
        return response
    }

    private static func json(_ fields: [(String, JSONText)]) -> HTTPResponse {
        HTTPResponse(type: "application/json", body: JSONText.line(fields) + "\n")
    }
}

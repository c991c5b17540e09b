// Which request gets which answer.

import Synchronization
import Testing
import Wire

@testable import Sockets
@testable import Service

@Suite struct RoutesTests {
    private let metrics = Metrics(), ledger = SessionLedger(workers: 1, sessionsMax: 3)

    private let page: Page

    init() throws { page = try Page() }

    private var routes: Routes {
        Routes(workers: [], ledger: ledger, metrics: metrics, modelName: "mini", budget: 0.7, page: page)
    }

    private func refusal(_ path: String) -> HTTPResponse? {
        guard case .refuse(let response) = routes.admit(UpgradeRequest(path: path, remote: "here")) else { return nil }
        return response
    }

    @Test(arguments: [
        ("/livez", 200, "ok"), ("/readyz", 503, "\"capacity\":3"), ("/health", 200, "\"status\":\"full\""),
        ("/healthz", 200, "\"sessions\":0"), ("/metrics", 200, "# TYPE duet_slices_total counter"),
        ("/version", 200, "\"version\":\"\(Service.version)\""), ("/v1/models", 200, "\"id\":\"mini\""),
        ("/v1/duplex", 426, "upgrade_required"), ("/", 200, "<title>Duet"),
        ("/index.html", 404, "not_found"), ("/v1/duplex/", 404, "not_found"),
    ])
    func plainRequestsAreAnswered(_ path: String, _ status: Int, _ part: String) {
        let response = routes.http(HTTPRequest(path: path))
        #expect(response.status == status)
        #expect(response.body.contains(part), "\(response.body)")
    }

    /// A proxy that refuses `/metrics` may let `//metrics` through.
    @Test func aPathInAnotherSpellingIsNotFound() {
        for path in ["/metrics", "/livez", "/version", "/"] {
            #expect(routes.http(HTTPRequest(path: path, isExact: false)).status == 404)
        }
        #expect(routes.http(HTTPRequest(path: "/v1/models/mini", isExact: false)).status == 200)
    }

    @Test func anUpgradeToAnUnknownPathIsNotFound() {
        #expect(refusal("/v1/nothing")?.status == 404)
    }

    @Test func whereNoWorkerHasRoomTheUpgradeIsRefusedWithAHint() {
        let response = refusal("/v1/duplex")
        #expect(response?.status == 503 && response?.headers["retry-after"] == "2")
        #expect(response?.body.contains("capacity_exhausted") == true)
        #expect(metrics.value("duet_admission_rejected_total{reason=\"capacity_exhausted\"}") == 1)
        // It has three slots and no worker with time for any.
        #expect(response?.body.contains("its processor has no time") == true)
        #expect(routes.http(HTTPRequest(path: "/readyz")).body.contains("\"limited_by\":\"cpu\""))
        ledger.state.withLock { $0.sessions = [3] }
        #expect(refusal("/v1/duplex")?.body.contains("all its sessions are taken") == true)
        #expect(routes.http(HTTPRequest(path: "/readyz")).body.contains("\"limited_by\":\"sessions\""))
    }

    @Test func whereNoSessionWouldBeAdmittedTheServerIsWellAndNotReady() {
        let ready = routes.http(HTTPRequest(path: "/readyz"))
        #expect(ready.status == 503 && ready.headers["retry-after"] == "2")
        #expect(ready.body.contains("\"room\":0") && ready.body.contains("\"budget\":0.7"))
        #expect(
            routes.http(HTTPRequest(path: "/health")).status == 200
                && routes.http(HTTPRequest(path: "/livez")).status == 200)
        #expect(routes.http(HTTPRequest(path: "/metrics")).body.contains("\nduet_sessions_room 0.0\n"))
    }

    @Test func whoHasTooManySessionsIsToldSoInTheFirstLine() {
        let head = String(decoding: Routes.busy(429, "too_many_sessions", "No.").bytes(closing: true), as: UTF8.self)
        #expect(head.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
    }

    @Test func aServerThatGoesAwayIsNotReadyAndRefuses() {
        ledger.state.withLock { $0.draining = true }
        #expect(
            routes.http(HTTPRequest(path: "/readyz")).status == 503
                && routes.http(HTTPRequest(path: "/livez")).status == 200)
        let response = refusal("/v1/duplex")
        #expect(response?.status == 503 && response?.body.contains("server_draining") == true)
        #expect(metrics.value("duet_admission_rejected_total{reason=\"server_draining\"}") == 1)
    }

    // MARK: Keys, subprotocols, methods

    private func post(_ path: String, _ body: String = "", key: String? = nil, of routes: Routes) -> HTTPResponse {
        let headers = key.map { ["authorization": "Bearer " + $0] } ?? [:]
        return routes.http(HTTPRequest(method: "POST", path: path, headers: headers, body: Array(body.utf8)))
    }

    private func routes(_ keys: [String]) -> Routes {
        Routes(
            workers: [], ledger: ledger, metrics: metrics, modelName: "mini", budget: 0.7, page: page, keys: Keys(keys))
    }

    @Test func withoutItsKeyAClientIsUnauthorized() {
        let routes = routes(["k"])
        guard case .refuse(let response) = routes.admit(UpgradeRequest(path: "/v1/realtime")) else {
            Issue.record("let in")
            return
        }
        #expect(response.status == 401 && response.body.contains("invalid_api_key"))
        #expect(response.headers["www-authenticate"] == "Bearer")
        #expect(post("/v1/realtime/client_secrets", of: routes).status == 401)
        #expect(routes.http(HTTPRequest(path: "/livez")).status == 200)
    }

    @Test(
        arguments: [
            ([:], "A key of this server is needed"), (["authorization": "Bearer "], "must be: Bearer KEY"),
            (["authorization": "k"], "must be: Bearer KEY"), (["authorization": "Basic k"], "must be: Bearer KEY"),
            (["authorization": "Bearer x"], "not one of this server's"), (["api-key": "x"], "not one of this server's"),
        ] as [([String: String], String)]) func whoIsUnauthorizedLearnsWhy(_ headers: [String: String], _ why: String)
    {
        let routes = routes(["k"])
        guard case .refuse(let response) = routes.admit(UpgradeRequest(path: "/v1/realtime", headers: headers)) else {
            Issue.record("let in")
            return
        }
        #expect(response.status == 401 && response.body.contains(why), "\(response.body)")
        let post = HTTPRequest(method: "POST", path: "/v1/realtime/client_secrets", headers: headers)
        #expect(routes.http(post).body.contains(why))
    }

    @Test func aSubprotocolThatIsNotThereIsABadRequest() {
        func status(_ path: String, _ offered: [String]) -> Int? {
            guard case .refuse(let response) = routes.admit(UpgradeRequest(path: path, subprotocols: offered)) else {
                return nil
            }
            return response.status
        }
        #expect(status("/v1/realtime", ["soap"]) == 400)
        #expect(status("/v1/live/sessions", ["realtime"]) == 400)
        // Let in as far as the subprotocol goes: there is no worker.
        #expect(status("/v1/realtime", ["openai-insecure-api-key.x", "realtime"]) == 503)
    }

    @Test func aClientsServerGetsASecretForItsBrowser() {
        let routes = routes(["k"])
        let body =
            "{\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":30},\"session\":{\"type\":\"realtime\",\"audio\":{\"output\":{\"voice\":\"ash\"}}}}"
        let response = post("/v1/realtime/client_secrets", body, key: "k", of: routes)
        #expect(response.status == 200 && response.body.contains("\"value\":\"ek_"), "\(response.body)")
        #expect(response.body.contains("\"voice\":\"ash\"") && response.body.contains("\"model\":\"mini\""))
        #expect(post("/v1/realtime/sessions", "{}", key: "k", of: routes).body.contains("\"client_secret\":{"))
        #expect(post("/v1/realtime/client_secrets", "[", key: "k", of: routes).status == 400)
        #expect(post("/v1/live/sessions", "", key: "k", of: routes).status == 501)
        #expect(post("/nothing", of: routes).status == 404)
        #expect(routes.http(HTTPRequest(path: "/v1/realtime/client_secrets")).status == 405)
        #expect(routes.http(HTTPRequest(method: "OTHER", path: "/livez")).headers["allow"] == "GET, HEAD, POST")
    }

    /// A load balancer sends new clients elsewhere, and leaves the server alone.
    @Test func withoutDescriptorsTheServerIsNotReady() {
        let sockets = SocketHealth()
        let routes = Routes(
            workers: [], ledger: ledger, metrics: metrics, modelName: "mini", budget: 0.7, page: page, sockets: sockets)
        sockets.acceptFailed()
        let ready = routes.http(HTTPRequest(path: "/readyz"))
        #expect(ready.status == 503 && ready.body.contains("\"status\":\"no_descriptors\""), "\(ready.body)")
        #expect(routes.http(HTTPRequest(path: "/health")).status == 200)
        #expect(routes.http(HTTPRequest(path: "/metrics")).body.contains("\nduet_accept_failures_total 1.0\n"))
        #expect(sockets.acceptWorks())
        #expect(!routes.http(HTTPRequest(path: "/readyz")).body.contains("no_descriptors"))
    }

    // MARK: Foreign pages and names

    private func status(of headers: [String: String], _ path: String = "/v1/duplex") -> Int? {
        guard case .refuse(let response) = routes.admit(UpgradeRequest(path: path, headers: headers)) else {
            return nil
        }
        return response.status
    }

    @Test func aPageOfElsewhereIsRefused() {
        #expect(status(of: ["host": "localhost:8998", "origin": "https://evil.example"]) == 403)
        #expect(status(of: ["host": "evil.example:8998", "origin": "http://evil.example:8998"]) == 403)
        let post = HTTPRequest(
            method: "POST", path: "/v1/realtime/client_secrets",
            headers: ["host": "127.0.0.1:8998", "origin": "https://evil.example"], body: Array("{}".utf8))
        #expect(routes.http(post).status == 403)
        // Let in as far as the page goes: there is no worker.
        #expect(status(of: ["host": "localhost:8998", "origin": "http://localhost:8998"]) == 503)
        #expect(status(of: ["host": "x"]) == 503)
    }
}

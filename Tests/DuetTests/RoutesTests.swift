// Which request gets which answer.

import Synchronization
import Testing

@testable import Sockets
@testable import duet

@Suite struct RoutesTests {
    private let metrics = Metrics(), loads = Service.Loads(workers: 1, sessionsMax: 3)

    private let page: Page

    init() throws { page = try Page() }

    private var routes: Routes {
        Routes(workers: [], loads: loads, metrics: metrics, modelName: "mini", budget: 0.7, page: page)
    }

    private func refusal(_ path: String) -> HTTPResponse? {
        guard case .refuse(let response) = routes.admit(UpgradeRequest(path: path, remote: "here")) else { return nil }
        return response
    }

    @Test(arguments: [
        ("/livez", 200, "ok"), ("/readyz", 503, "\"capacity\":3"), ("/health", 200, "\"status\":\"full\""),
        ("/healthz", 200, "\"sessions\":0"), ("/metrics", 200, "# TYPE duet_slices_total counter"),
        ("/version", 200, "\"version\":\"\(Duet.version)\""), ("/v1/models", 200, "\"id\":\"mini\""),
        ("/v1/duplex", 426, "upgrade_required"), ("/", 200, "<title>Duet"),
        ("/index.html", 404, "not_found"), ("/v1/duplex/", 404, "not_found"),
    ])
    func plainRequestsAreAnswered(_ path: String, _ status: Int, _ part: String) {
        let response = routes.http(path)
        #expect(response.status == status)
        #expect(response.body.contains(part), "\(response.body)")
    }

    @Test func anUpgradeToAnUnknownPathIsNotFound() {
        #expect(refusal("/v1/nothing")?.status == 404)
    }

    @Test func whereNoWorkerHasRoomTheUpgradeIsRefusedWithAHint() {
        let response = refusal("/v1/duplex")
        #expect(response?.status == 503 && response?.headers["retry-after"] == "2")
        #expect(response?.body.contains("capacity_exhausted") == true)
        #expect(metrics.value("duet_admission_rejected_total{reason=\"capacity\"}") == 1)
    }

    @Test func whereNoSessionWouldBeAdmittedTheServerIsWellAndNotReady() {
        let ready = routes.http("/readyz")
        #expect(ready.status == 503 && ready.headers["retry-after"] == "2")
        #expect(ready.body.contains("\"room\":0") && ready.body.contains("\"budget\":0.7"))
        #expect(routes.http("/health").status == 200 && routes.http("/livez").status == 200)
        #expect(routes.http("/metrics").body.contains("\nduet_sessions_room 0.0\n"))
    }

    @Test func aServerThatGoesAwayIsNotReadyAndRefuses() {
        loads.state.withLock { $0.draining = true }
        #expect(routes.http("/readyz").status == 503 && routes.http("/livez").status == 200)
        let response = refusal("/v1/duplex")
        #expect(response?.status == 503 && response?.body.contains("server_draining") == true)
        #expect(metrics.value("duet_admission_rejected_total{reason=\"draining\"}") == 1)
    }
}

// What OpenAI's clients find under /v1, and how errors are told there.

import Foundation
import Synchronization
import Testing
import Wire

@testable import Sockets
@testable import Service

@Suite struct ModelsRouteTests {
    private let routes: Routes

    init() throws {
        routes = Routes(
            workers: [], ledger: SessionLedger(workers: 1, sessionsMax: 3), metrics: Metrics(), modelName: "mini",
            modelCreated: 1234, budget: 0.7, page: try Page(), keys: Keys(["k"]))
    }

    private func object(_ response: HTTPResponse) throws -> [String: Any] {
        #expect(response.type == "application/json")
        return try #require(try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any])
    }

    private func get(_ path: String, _ method: String = "GET") -> HTTPResponse {
        routes.http(HTTPRequest(method: method, path: path))
    }

    @Test func aModelIsDescribedAsInTheList() throws {
        let model = try object(get("/v1/models/mini"))
        #expect(Set(model.keys) == ["id", "object", "created", "owned_by"])
        #expect(model["id"] as? String == "mini" && model["object"] as? String == "model")
        #expect(model["created"] as? Int == 1234)
        let list = try object(get("/v1/models"))
        #expect((list["data"] as? [[String: Any]])?.first as NSDictionary? == model as NSDictionary)
    }

    @Test(arguments: ["other", "mini/x", "MINI", "\""]) func anotherModelIsNotFound(_ id: String) throws {
        let response = get("/v1/models/" + id)
        let error = try #require(try object(response)["error"] as? [String: Any])
        #expect(response.status == 404 && error["code"] as? String == "model_not_found")
        #expect(error["param"] as? String == "model" && error["type"] as? String == "invalid_request_error")
        #expect((error["message"] as? String)?.contains("'\(id)'") == true)
    }

    private func upgrade(_ path: String, _ offered: [String] = [], key: String? = "k") -> HTTPResponse? {
        let request = UpgradeRequest(path: path, subprotocols: offered, headers: key.map { ["api-key": $0] } ?? [:])
        guard case .refuse(let response) = routes.admit(request) else { return nil }
        return response
    }

    private func post(_ path: String, _ body: String = "{}", key: String? = "k") -> HTTPResponse {
        routes.http(
            HTTPRequest(
                method: "POST", path: path, headers: key.map { ["authorization": "Bearer " + $0] } ?? [:],
                body: Array(body.utf8)))
    }

    /// `{"error": {"message", "type", "param", "code"}}`, as OpenAI's libraries read it.
    @Test func everyErrorHasOneShape() throws {
        let secrets = "/v1/realtime/client_secrets"
        let responses: [(HTTPResponse?, Int, String)] = [
            (get("/v1/chat/completions"), 404, "not_found"), (post("/v1/chat/completions"), 404, "not_found"),
            (upgrade("/v1/nothing"), 404, "not_found"), (get("/v1"), 404, "not_found"),
            (post("/v1/models"), 405, "method_not_allowed"), (post("/v1/models/mini"), 405, "method_not_allowed"),
            (get("/v1/models", "DELETE"), 405, "method_not_allowed"), (get(secrets), 405, "method_not_allowed"),
            (post(secrets, "["), 400, "invalid_json"),
            (upgrade("/v1/realtime", ["soap"]), 400, "unsupported_subprotocol"),
            (post(secrets, key: nil), 401, "invalid_api_key"),
            (upgrade("/v1/realtime", key: "x"), 401, "invalid_api_key"),
            (get("/v1/realtime"), 426, "upgrade_required"), (get("/v1/duplex", "HEAD"), 426, "upgrade_required"),
            (post("/v1/realtime"), 501, "not_implemented"), (upgrade("/v1/realtime"), 503, "capacity_exhausted"),
            (HTTPRefusal.bad("No.").response, 400, "bad_request"),
            (HTTPRefusal(status: 426, message: "No.").response, 426, "upgrade_required"),
        ]
        for (response, status, code) in responses {
            let response = try #require(response), body = try object(response)
            let error = try #require(body["error"] as? [String: Any])
            #expect(response.status == status && error["code"] as? String == code, "\(response)")
            #expect(Set(error.keys) == ["message", "type", "param", "code"] && body.count == 1, "\(response)")
        }
        #expect(
            get("/v1/models", "DELETE").headers["allow"] != nil && post("/v1/models").headers["allow"] == "GET, HEAD")
    }

    @Test(arguments: ["/v1/chat/completions", "/v1/realtime", "/v1"])
    func whoLooksForSomethingElseIsToldWhatThereIs(_ path: String) {
        for entry in WireProtocols.all { #expect(get(path).body.contains("\(entry.name) at \(entry.path)")) }
        #expect(get(path).body.contains("/v1/models") && !get("/nothing").body.contains("/v1/models"))
    }

    // MARK: The log

    @Test func whoIsRefusedIsLogged() throws {
        let lines = LineBox()
        let routes = Routes(
            workers: [], ledger: SessionLedger(workers: 1, sessionsMax: 3), metrics: Metrics(), modelName: "mini",
            budget: 0.7, page: try Page(), keys: Keys(["k"]), refusals: lines.log)
        for key in ["wrong", "k"] {
            _ = routes.admit(UpgradeRequest(path: "/v1/duplex", remote: "1.2.3.4", headers: ["api-key": key]))
        }
        _ = routes.http(HTTPRequest(method: "POST", path: "/v1/realtime/client_secrets", remote: "5.6.7.8"))
        _ = routes.http(HTTPRequest(path: "/nothing", remote: "5.6.7.8"))
        let all = lines.all.withLock { $0 }
        #expect(all.count == 3, "\(all)")
        #expect(all[0].contains("1.2.3.4") && all[0].contains("401") && all[0].contains("invalid_api_key"))
        #expect(all[1].contains("503") && all[1].contains("capacity_exhausted") && all[1].contains("/v1/duplex"))
        #expect(all[2].contains("5.6.7.8") && all[2].contains("/v1/realtime/client_secrets"))
        #expect(!all.joined().contains("wrong"), "no key in the log")
    }
}

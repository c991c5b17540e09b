// Plain HTTP beside the websockets: what comes in, what goes out.

/// A request for an upgrade to a websocket.
public struct UpgradeRequest: Sendable {
    /// Without the query.
    public let path: String
    /// Host name or address of the peer.
    public let remote: String
}

/// A plain answer.
public struct HTTPResponse: Hashable, Sendable {
    public var status: Int
    public var type: String
    public var body: String
    /// Further headers, lower-case names.
    public var headers: [String: String]

    public init(
        status: Int = 200, type: String = "text/plain; charset=utf-8", body: String, headers: [String: String] = [:]
    ) {
        self.status = status
        self.type = type
        self.body = body
        self.headers = headers
    }

    /// The reason phrase (RFC 9110 §15).
    var reason: String {
        let reasons = [
            200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            426: "Upgrade Required", 503: "Service Unavailable",
        ]
        return reasons[status] ?? "Status"
    }

    /// The whole answer as HTTP/1.1, closing the connection: for refusals that libwebsockets would answer as HTTP/1.0.
    var refusal: String {
        let more = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        return
            "HTTP/1.1 \(status) \(reason)\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n\(more)connection: close\r\n\r\n\(body)"
    }
}

/// Whether a websocket may open.
public enum Admission: Sendable { case accept, refuse(HTTPResponse) }

// Plain HTTP beside the websockets: what comes in, what goes out.

/// A plain request.
public struct HTTPRequest: Sendable {
    /// GET, HEAD, POST, or what the client wrote else.
    public var method: String
    /// Without the query.
    public var path: String
    /// Those of `UpgradeRequest.headerNames` that came.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(method: String = "GET", path: String, headers: [String: String] = [:], body: [UInt8] = []) {
        (self.method, self.path, self.headers, self.body) = (method, path, headers, body)
    }
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
            200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
            405: "Method Not Allowed", 413: "Content Too Large", 426: "Upgrade Required", 501: "Not Implemented",
            503: "Service Unavailable",
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

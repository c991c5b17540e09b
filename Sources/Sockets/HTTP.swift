// Requests and responses of plain HTTP, beside the websockets.

/// A plain HTTP request.
public struct HTTPRequest: Sendable {
    /// Address of the peer, or of the client for which a trusted proxy forwards.
    public var remote: String
    /// As the client wrote it; methods are case-sensitive.
    public var method: String
    /// Without the query.
    public var path: String
    /// Whether the client wrote the path like this, without escapes and spare slashes. A proxy that guards a path may not know its other
    /// spellings.
    public var isExact: Bool
    /// Only the headers in `UpgradeRequest.headerNames`.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(
        method: String = "GET", path: String, headers: [String: String] = [:], body: [UInt8] = [], remote: String = "",
        isExact: Bool = true
    ) {
        (self.remote, self.isExact) = (remote, isExact)
        (self.method, self.path, self.headers, self.body) = (method, path, headers, body)
    }
}

/// A plain HTTP response.
public struct HTTPResponse: Hashable, Sendable {
    public var status: Int
    public var type: String
    public var body: String
    /// Additional headers, with lower-case names.
    public var headers: [String: String]
    /// The error's code, also in the body. Nil if the response is not an error.
    public internal(set) var errorCode: String?

    public init(
        status: Int = 200, type: String = "text/plain; charset=utf-8", body: String, headers: [String: String] = [:]
    ) {
        self.status = status
        self.type = type
        self.body = body
        self.headers = headers
    }
}

/// Whether a websocket may open.
public enum Admission: Sendable { case accept, refuse(HTTPResponse) }

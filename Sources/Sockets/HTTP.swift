// Plain HTTP beside the websockets: what comes in, what goes out.

/// A plain request.
public struct HTTPRequest: Sendable {
    /// Address of the peer, or of whom a trusted proxy speaks for.
    public var remote: String
    /// As the client wrote it.
    public var method: String
    /// Without the query.
    public var path: String
    /// Those of `UpgradeRequest.headerNames` that came.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(
        method: String = "GET", path: String, headers: [String: String] = [:], body: [UInt8] = [], remote: String = ""
    ) {
        self.remote = remote
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
    /// What an error is called; nil where it is none. It stands in the body too.
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

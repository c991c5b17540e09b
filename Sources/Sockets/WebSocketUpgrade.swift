// Validates a websocket upgrade request (RFC 6455 §4.2.1).

internal import Wire

/// What libwebsockets needs of the request, and what the program wants to know.
struct WebSocketUpgrade: Hashable, Sendable {
    let key: String
    let request: UpgradeRequest

    /// Nil if the request asks for no websocket; other upgrades are ignored (RFC 9110 §7.8). `arrived`: seconds since 1970.
    init?(_ head: RequestHead, remote: String, arrived: Int64) throws(HTTPRefusal) {
        let wants = { (name: String, value: String) in head.list(name).contains { $0.lowercased() == value } }
        guard head.method == "GET", !head.isHTTP10, wants("upgrade", "websocket"), wants("connection", "upgrade") else {
            return nil
        }
        guard head.single("sec-websocket-version") == "13" else {
            throw HTTPRefusal(status: 426, message: "Sec-WebSocket-Version must be 13.")
        }
        guard let key = head.single("sec-websocket-key"), Self.isKey(key) else {
            throw .bad("Sec-WebSocket-Key must be 16 bytes in base64.")
        }
        self.key = key
        var request = UpgradeRequest(
            path: head.path, query: head.query, remote: remote, subprotocols: head.list("sec-websocket-protocol"),
            headers: head.known)
        request.arrived = arrived
        self.request = request
    }

    private static func isKey(_ text: String) -> Bool {
        text.utf8.count == 24 && text.hasSuffix("==")
            && text.utf8.dropLast(2).allSatisfy {
                $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/")
                    || RequestHead.token[Int($0)] && UnicodeScalar($0).properties.isAlphabetic
                    || (0x30...0x39).contains($0)
            }
    }

    /// The same request without headers for which libwebsockets has no room. `subprotocol` is the chosen one.
    func plain(subprotocol: String?) -> [UInt8] {
        let more = subprotocol.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? ""
        return Array(
            "GET / HTTP/1.1\r\nHost: duet\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: \(key)\r\n\(more)Sec-WebSocket-Version: 13\r\n\r\n"
                .utf8)
    }
}

extension RequestHead {
    /// The headers that this server reads.
    var known: [String: String] {
        var found: [String: String] = [:]
        for name in UpgradeRequest.headerNames { found[name] = headers[name]?.joined(separator: ", ") }
        return found
    }

    /// Whether the connection ends after the answer.
    var closes: Bool { isHTTP10 || list("connection").contains { $0.lowercased() == "close" } }
}

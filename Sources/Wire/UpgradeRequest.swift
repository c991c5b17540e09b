// What a client sends when it connects.

/// A request for an upgrade to a websocket (RFC 6455 §4.1).
public struct UpgradeRequest: Hashable, Sendable {
    /// Headers that are read, in lower case: those of every path, and those of single protocols.
    public static let headerNames =
        ["authorization", "api-key", "x-api-key", "host", "origin"] + WireProtocols.all.flatMap(\.headers)

    /// Without the query.
    public var path: String
    /// What follows the path's question mark.
    public var query: String
    /// Address of the peer, or the one that a trusted proxy reports.
    public var remote: String
    /// Subprotocols that the client offers, in its order.
    public var subprotocols: [String]
    /// The headers of `headerNames` that came, by lower-case name.
    public var headers: [String: String]
    /// Session settings that belong to the client's short-lived key, as JSON.
    public var session: String?
    /// How long the session may last, in seconds; nil for no limit.
    public var secondsMax: Int?
    /// Whether a text model answers for the session: instructions and tools then have an effect. The default is false.
    public var hasMind = false
    /// When the request arrived, in seconds since 1970. The default is 0.
    public var arrived: Int64 = 0

    public init(
        path: String, query: String = "", remote: String = "", subprotocols: [String] = [],
        headers: [String: String] = [:]
    ) {
        (self.path, self.query, self.remote) = (path, query, remote)
        (self.subprotocols, self.headers) = (subprotocols, headers)
    }

    /// When the session ends, in seconds since 1970, as protocols report it. Without a limit it is a day later.
    var expiry: Int64 { arrived + Int64(secondsMax ?? 86_400) }

    /// The value of a query parameter, unescaped. Nil if there is none; the last one if there are several.
    public func parameter(_ name: String) -> String? {
        let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        guard let pair = pairs.last(where: { $0.first.map(String.init) == name }) else { return nil }
        return pair.count == 2 ? Self.decode(pair[1]) : ""
    }

    /// The first of these parameters that is present, as a 64-bit integer, signed or unsigned; 0 if none is. Nil if it is not
    /// such a number.
    func seed(_ names: String...) -> UInt64? {
        guard let text = names.lazy.compactMap({ parameter($0) }).first else { return 0 }
        return UInt64(text) ?? Int64(text).map { UInt64(bitPattern: $0) }
    }

    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

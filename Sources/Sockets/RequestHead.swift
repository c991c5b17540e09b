// Strict parser of a request's first lines (RFC 9112 §2 to §5).

/// The head of a request.
struct RequestHead: Hashable, Sendable {
    private(set) var method = ""
    /// Percent-decoded, with repeated slashes collapsed and no trailing slash.
    private(set) var path = "/"
    /// Whether the client wrote the path as `path` has it, without escapes and spare slashes.
    private(set) var isExact = true
    /// Everything after the path's question mark, not decoded.
    private(set) var query = ""
    /// HTTP/1.0: no chunked bodies, and the connection ends after the answer.
    private(set) var isHTTP10 = false
    /// By lower-case name, in order of arrival.
    private(set) var headers: [String: [String]] = [:]

    private static let headersMax = 100
    /// Bytes of a token (RFC 9110 §5.6.2).
    static let token: [Bool] = (0..<256).map { byte in
        let character = UInt8(byte)
        return "!#$%&'*+-.^_`|~".utf8.contains(character) || (0x30...0x39).contains(byte)
            || (0x41...0x5a).contains(byte)
            || (0x61...0x7a).contains(byte)
    }

    /// `lines` come without terminators and without the final empty line.
    init(lines: some Sequence<ArraySlice<UInt8>>) throws(HTTPRefusal) {
        var target: ArraySlice<UInt8>?
        for line in lines {
            if target == nil { target = try start(line) } else { try header(line) }
        }
        try checkHost()
        try locate(target ?? [])
    }

    /// The values of all headers of that name, split at commas.
    func list(_ name: String) -> [String] {
        (headers[name] ?? []).flatMap { $0.split(separator: ",").map { Self.trimmed($0) } }.filter { !$0.isEmpty }
    }

    /// The only header of that name. Nil if there is none or more than one.
    func single(_ name: String) -> String? { headers[name].flatMap { $0.count == 1 ? $0[0] : nil } }

    // MARK: Parsing

    private mutating func start(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) -> ArraySlice<UInt8> {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].count <= 32, parts[0].allSatisfy({ Self.token[Int($0)] })
        else { throw .bad("The first line is no request.") }
        let version = String(decoding: parts[2], as: UTF8.self)
        guard version.hasPrefix("HTTP/"), version.utf8.count == 8 else { throw .bad("The first line is no request.") }
        guard version.hasPrefix("HTTP/1.") else {
            throw HTTPRefusal(status: 505, message: "HTTP/1.1 is spoken here.")
        }
        isHTTP10 = version == "HTTP/1.0"
        method = String(decoding: parts[0], as: UTF8.self)
        return parts[1]
    }

    private mutating func header(_ line: ArraySlice<UInt8>) throws(HTTPRefusal) {
        // RFC 9112 §5.1: no space before the colon; §5.2: no line folding.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy({ Self.token[Int($0)] })
        else { throw .bad("A header has no name.") }
        let value = line[(colon + 1)...]
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 9 }) else {
            throw .bad("A header holds a control character.")
        }
        guard headers.count < Self.headersMax else {
            throw HTTPRefusal(status: 431, message: "There are more than \(Self.headersMax) headers.")
        }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        headers[name, default: []].append(Self.trimmed(String(decoding: value, as: UTF8.self)))
    }

    /// RFC 9112 §3.2: exactly one Host.
    private func checkHost() throws(HTTPRefusal) {
        let hosts = headers["host"] ?? []
        guard hosts.count == 1 || isHTTP10 && hosts.isEmpty else { throw .bad("There must be one Host.") }
        guard hosts.allSatisfy(Self.isAuthority) else { throw .bad("The Host is none.") }
    }

    /// RFC 9112 §3.2.1, §3.2.2: a path, or an absolute URL, whose host takes precedence.
    private mutating func locate(_ target: ArraySlice<UInt8>) throws(HTTPRefusal) {
        guard !target.isEmpty, target.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else {
            throw .bad("The request's target is no path.")
        }
        var rest = Substring(decoding: target, as: UTF8.self)
        if let scheme = rest.firstRange(of: "://"),
            ["http", "https", "ws", "wss"].contains(rest[..<scheme.lowerBound].lowercased())
        {
            let authority = rest[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
            guard !authority.isEmpty, Self.isAuthority(String(authority)) else {
                throw .bad("The target's host is none.")
            }
            headers["host"] = [String(authority)]
            rest = rest[authority.endIndex...]
            if !rest.hasPrefix("/") { rest = "/" + rest }
        }
        guard rest.hasPrefix("/") || rest == "*" && method == "OPTIONS" else {
            throw .bad("The request's target is no path.")
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = try Self.path(parts[0])
        if path.count > 1, path.hasSuffix("/") { path.removeLast() }
        isExact = parts[0] == path
        query = parts.count > 1 ? String(parts[1]) : ""
    }

    private static func path(_ text: Substring) throws(HTTPRefusal) -> String {
        var bytes: [UInt8] = [], rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            var byte = byte
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, let high = digit(rest.removeFirst()), let low = digit(rest.removeFirst()) else {
                    throw .bad("The path holds a broken escape.")
                }
                byte = high << 4 | low
            }
            guard byte >= 0x20, byte != 0x7f else { throw .bad("The path holds a control character.") }
            if byte == UInt8(ascii: "/"), bytes.last == byte { continue }
            bytes.append(byte)
        }
        guard let path = String(validating: bytes, as: UTF8.self) else { throw .bad("The path is no UTF-8.") }
        return path
    }

    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func isAuthority(_ text: String) -> Bool {
        text.utf8.allSatisfy { token[Int($0)] || "[]:,;()=".utf8.contains($0) }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace = { (c: UInt8) in c == 0x20 || c == 9 }
        let bytes = Array(text.utf8), start = bytes.firstIndex { !isSpace($0) } ?? bytes.count
        return String(decoding: bytes[start...].reversed().drop(while: isSpace).reversed(), as: UTF8.self)
    }
}

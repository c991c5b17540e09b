// Serializes a response (RFC 9112 §4).

internal import Glibc

extension HTTPResponse {
    /// The reason phrase (RFC 9110 §15).
    private static let reasons = [
        200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 408: "Request Timeout", 413: "Content Too Large", 417: "Expectation Failed",
        426: "Upgrade Required", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
        501: "Not Implemented",
        503: "Service Unavailable", 505: "HTTP Version Not Supported",
    ]

    /// The whole response. `withBody` is false for HEAD, whose answer still states the length (RFC 9110 §9.3.2).
    func bytes(closing: Bool, withBody: Bool = true) -> [UInt8] {
        var lines = [
            "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Status")", "date: \(Self.date())", "content-type: \(type)",
            "content-length: \(body.utf8.count)",
        ]
        lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        // RFC 9110 §7.8: a sender of Upgrade also lists it in Connection.
        let options = (closing ? ["close"] : []) + (headers["upgrade"] == nil ? [] : ["upgrade"])
        if !options.isEmpty { lines.append("connection: " + options.joined(separator: ", ")) }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (withBody ? Array(body.utf8) : [])
    }

    /// The Date header's format (RFC 9110 §5.6.7).
    private static func date() -> String {
        var now = time(nil), parts = tm(), text = [CChar](repeating: 0, count: 40)
        gmtime_r(&now, &parts)
        let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

// Why a request is rejected before any route sees it.

/// A request that cannot be parsed or must not be obeyed. The connection ends after the answer.
struct HTTPRefusal: Error, Hashable, Sendable {
    let status: Int
    let message: String

    private static let codes = [
        403: "forbidden", 408: "request_timeout", 413: "content_too_large", 417: "expectation_failed",
        426: "upgrade_required", 431: "headers_too_large", 501: "not_implemented", 505: "http_version_not_supported",
    ]

    static func bad(_ message: String) -> HTTPRefusal { HTTPRefusal(status: 400, message: message) }

    var response: HTTPResponse {
        .error(
            status, Self.codes[status] ?? "bad_request", message,
            // RFC 6455 §4.2.2: the answer names the supported version.
            headers: status == 426 ? ["upgrade": "websocket", "sec-websocket-version": "13"] : [:])
    }
}

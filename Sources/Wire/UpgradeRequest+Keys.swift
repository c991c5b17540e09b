// Finds the keys in a request.

internal import Foundation

extension UpgradeRequest {
    private static let keyHeaders = ["api-key", "x-api-key"]
    private static let keyParameters = ["api_key", "auth_id", "worker_auth_id"]
    private static let keySubprotocol = "openai-insecure-api-key."

    /// The keys that it shows: in headers, the query, or subprotocols, the only header that a browser can set.
    public var keys: [String] {
        var found = Self.keyHeaders.compactMap { headers[$0] } + Self.keyParameters.compactMap { parameter($0) }
        if let value = headers["authorization"], value.lowercased().hasPrefix("bearer ") {
            found.append(value.dropFirst(7).trimmingCharacters(in: .whitespaces))
        }
        return found
            + subprotocols.filter { $0.hasPrefix(Self.keySubprotocol) }
            .map { String($0.dropFirst(Self.keySubprotocol.count)) }
    }

    /// The request without keys and signatures, fit to be recorded.
    public var withoutKeys: UpgradeRequest {
        var request = self
        for name in Self.keyHeaders + ["authorization", "x-twilio-signature"] { request.headers[name] = nil }
        request.query = query.split(separator: "&").filter { pair in
            !Self.keyParameters.contains { pair == $0 || pair.hasPrefix($0 + "=") }
        }.joined(separator: "&")
        request.subprotocols.removeAll { $0.hasPrefix(Self.keySubprotocol) }
        return request
    }
}

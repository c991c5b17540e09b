// What a client's server asks for a browser: a short-lived key, with the settings of its session.

internal import Foundation

/// A request for a client secret (OpenAI Realtime reference, `POST /v1/realtime/client_secrets`; of the beta, `/sessions`).
public struct ClientSecretRequest {
    /// Bytes of a request: what it asks for is kept.
    private static let bytesMax = 8 << 10

    /// How long the secret is to live.
    public let seconds: Int
    /// The session that was asked for, as JSON.
    public let session: String
    private let settings: RealtimeSettings
    private let isBeta: Bool

    /// Nil where the body is no JSON object of up to 8 KiB, or its session cannot be. An empty body asks for the standard.
    public init?(_ body: [UInt8], isBeta: Bool, model: String) {
        guard body.count <= Self.bytesMax else { return nil }
        let object = body.isEmpty ? [:] : try? JSONSerialization.jsonObject(with: Data(body))
        guard let fields = object as? [String: Any] else { return nil }
        let asked = isBeta ? fields : fields["session"] as? [String: Any] ?? [:]
        var settings = RealtimeSettings(model: asked["model"] as? String ?? model)
        guard (try? settings.merge(asked)) != nil else { return nil }
        let life = (fields["expires_after"] as? [String: Any])?["seconds"] as? NSNumber
        seconds = life?.intValue ?? (isBeta ? 60 : 600)
        session = JSONText(asked).description
        (self.settings, self.isBeta) = (settings, isBeta)
    }

    /// The answer's fields. `expires` in seconds since 1970.
    public func answer(value: String, expires: Int) -> [(String, JSONText)] {
        let id = "sess_" + value.dropFirst(3).prefix(16), end = Int64(expires)
        guard isBeta else {
            return [
                ("value", .string(value)), ("expires_at", .integer(end)),
                ("session", settings.described(id: id, expires: 0, in: .current)),
            ]
        }
        guard case .object(let session) = settings.described(id: id, expires: 0, in: .beta) else { return [] }
        return session + [
            ("client_secret", .object([("value", .string(value)), ("expires_at", .integer(end))]))
        ]
    }
}

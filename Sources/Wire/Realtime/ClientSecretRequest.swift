// A request that a client's server makes for a browser: a short-lived key, with the settings of its session.

/// A request for a client secret (OpenAI Realtime reference, `POST /v1/realtime/client_secrets`; of the beta, `/sessions`).
struct ClientSecretRequest: KeyRequest {
    /// Bytes of a request: the settings in it are kept.
    private static let bytesMax = 8 << 10
    private static let shape = JSONShape.object([
        "session": RealtimeShapes.session, "expires_after": .object(["seconds": .whole(secondsBounds)]),
    ])
    /// OpenAI's bounds.
    private static let secondsBounds: ClosedRange<Int64> = 10...7200

    /// How long the secret is valid.
    let seconds: Int
    /// The requested session, as JSON.
    let session: String
    private let settings: RealtimeSettings
    private let isBeta: Bool

    /// An empty body asks for the defaults.
    init(_ body: [UInt8], isBeta: Bool, model: String) throws(KeyRefusal) {
        let fields = try Self.read(body)
        let asked = isBeta ? fields : fields["session"] ?? .empty
        var settings = RealtimeSettings(model: asked["model"]?.text ?? model)
        do throws(FieldError) {
            if let fault = Self.shape.fault(of: fields) { throw fault }
            if isBeta, let fault = RealtimeShapes.session.fault(of: fields) { throw fault }
            try settings.merge(asked)
        } catch { throw KeyRefusal(code: "invalid_value", param: error.param, message: error.message) }
        seconds = fields["expires_after"]?["seconds"]?.whole.map { Int($0) } ?? (isBeta ? 60 : 600)
        session = asked.description
        (self.settings, self.isBeta) = (settings, isBeta)
    }

    private static func read(_ body: [UInt8]) throws(KeyRefusal) -> JSONText {
        guard body.count <= bytesMax else {
            throw KeyRefusal(
                code: "invalid_json", param: nil, message: "The body is longer than \(bytesMax >> 10) KiB.")
        }
        guard !body.isEmpty else { return .empty }
        do throws(JSONFailure) { return try JSONReader.object(String(decoding: body, as: UTF8.self)) } catch {
            throw KeyRefusal(code: "invalid_json", param: nil, message: error.message)
        }
    }

    /// The answer's fields. `expires` is in seconds since 1970.
    func answer(value: String, expires: Int) -> [(String, JSONText)] {
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

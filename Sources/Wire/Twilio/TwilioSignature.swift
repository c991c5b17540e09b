// Verifies that a call comes from Twilio, by the signature of its upgrade request.

/// Checks `X-Twilio-Signature` (Twilio's documentation, "Webhooks security"): base64 of the HMAC-SHA1 of the stream's URL.
public struct TwilioSignature: Sendable {
    /// The account's auth token.
    private let token: [UInt8]

    public init(token: String) { self.token = Array(token.utf8) }

    /// The URL must be the one in the call's `<Stream>`: of the host that Twilio was given, with TLS or without.
    public func admits(_ request: UpgradeRequest) -> Bool {
        guard let signature = request.headers["x-twilio-signature"], let host = request.headers["host"] else {
            return false
        }
        let query = request.query.isEmpty ? "" : "?" + request.query
        return ["wss", "ws", "https"].contains { scheme in
            // A trailing slash of the URL is not known here.
            ["", "/"].contains { slash in
                let url = "\(scheme)://\(host)\(request.path)\(slash)\(query)"
                return Secret.isSame(Base64.encode(Self.hmac(token, Array(url.utf8))), signature)
            }
        }
    }

    /// HMAC-SHA1 (RFC 2104).
    static func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        let block = 64
        var padded = key.count > block ? SHA1.digest(key) : key
        padded += Array(repeating: 0, count: block - padded.count)
        return SHA1.digest(padded.map { $0 ^ 0x5c } + SHA1.digest(padded.map { $0 ^ 0x36 } + message))
    }
}

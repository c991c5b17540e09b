// Who may connect: the operator's keys, and short-lived secrets made from them.

internal import Basics
internal import Foundation
internal import Sockets
internal import Synchronization
internal import Wire

/// The server's keys. Without any, anyone may connect.
public final class Keys: Sendable {
    /// A short-lived secret that a client's own server asks for, so that the browser never sees the operator's key.
    private struct Grant {
        /// Seconds since 1970.
        let expires: Int
        /// The configuration of its session, as JSON.
        let session: String?
        /// The operator's key that requested it; nil if none was needed. The grant ends when that key is removed.
        let key: String?
    }

    /// Secrets that may exist at once. Beyond this, the oldest are dropped.
    private static let secretsMax = 1000
    /// Allowed lifetime of a secret in seconds (OpenAI's bounds).
    private static let secondsBounds = 10...7200

    private let keys: Mutex<[String]>
    private let signingToken: String?
    private let secrets = Mutex<[String: Grant]>([:])
    private let now: @Sendable () -> Int

    /// `twilioToken`: Twilio's auth token, which verifies the signatures of its requests.
    init(
        _ keys: [String] = [], twilioToken: String? = nil,
        now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    ) {
        signingToken = twilioToken
        self.keys = Mutex(keys)
        self.now = now
    }

    /// Reads the keys in `file` and adds `key`. A file without keys is an error: it would open the server to anyone. A key that is there
    /// twice counts once.
    public static func load(_ file: String, and key: String?) throws(KeysError) -> [String] {
        let found = try read(file)
        guard !found.isEmpty else { throw KeysError(description: "there is no key in \(file)") }
        return (found + [key].compactMap { $0 }).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Replaces the keys. Open sessions go on; a secret ends with the key that made it. Returns the numbers of new and removed
    /// keys.
    func replace(_ new: [String]) -> (added: Int, removed: Int) {
        let old = keys.withLock { keys in
            defer { keys = new }
            return keys
        }
        secrets.withLock { $0 = $0.filter { $0.value.key.map(new.contains) ?? true } }
        return (Set(new).subtracting(old).count, Set(old).subtracting(new).count)
    }

    /// One key a line; empty lines and lines that begin with `#` are ignored. An error never contains a key.
    static func read(_ file: String) throws(KeysError) -> [String] {
        if let why = FileTrouble.readProblem(file) { throw KeysError(description: why) }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw KeysError(description: "\(file) cannot be read as text, one key a line")
        }
        var found: [String] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let key = line.trimmingCharacters(in: .whitespaces)
            if key.isEmpty || key.hasPrefix("#") { continue }
            guard !key.contains(where: \.isWhitespace) else {
                throw KeysError(
                    description:
                        "\(file):\(index + 1): a key has no white space; a comment has a line of its own, with #")
            }
            found.append(key)
        }
        return found
    }

    var isOpen: Bool { keys.withLock { $0.isEmpty } }

    /// Whether clients on this path authenticate with a signature.
    func signs(_ path: String) -> Bool { signingToken != nil && WireProtocols.entry(path: path)?.isSigned != nil }

    /// Whether the client may connect, by key, secret or signature. Where signatures are checked, keys are not.
    func admit(_ request: UpgradeRequest) -> Bool {
        if let signingToken, let isSigned = WireProtocols.entry(path: request.path)?.isSigned {
            return isSigned(request, signingToken)
        }
        return isOpen || request.keys.contains { knows($0) || secret($0) != nil }
    }

    /// Whether the request carries an operator's key: a secret may not create secrets.
    func admit(_ request: HTTPRequest) -> Bool { isOpen || key(of: request) != nil }

    /// The operator's key that the request carries.
    func key(of request: HTTPRequest) -> String? {
        UpgradeRequest(path: "", headers: request.headers).keys.first(where: knows)
    }

    /// The session configuration, as JSON, that belongs to the client's secret.
    func session(of request: UpgradeRequest) -> String? {
        request.keys.lazy.compactMap { self.secret($0) }.first?.session
    }

    /// A new secret that lasts `seconds`, clamped to the bounds, created with `key`.
    func mint(seconds: Int, session: String?, by key: String? = nil) -> (value: String, expires: Int) {
        var random = SystemRandomNumberGenerator()
        let value = "ek_" + Secret.hexadecimal(bits: 192, random: &random)
        let now = now()
        let expires = now + min(max(seconds, Self.secondsBounds.lowerBound), Self.secondsBounds.upperBound)
        secrets.withLock { secrets in
            if secrets.count >= Self.secretsMax { secrets = secrets.filter { $0.value.expires > now } }
            if secrets.count >= Self.secretsMax, let oldest = secrets.min(by: { $0.value.expires < $1.value.expires }) {
                secrets[oldest.key] = nil
            }
            secrets[value] = Grant(expires: expires, session: session, key: key)
        }
        return (value, expires)
    }

    private func secret(_ value: String) -> Grant? {
        let now = now()
        return secrets.withLock { $0[value].flatMap { $0.expires > now ? $0 : nil } }
    }

    /// Compares in constant time.
    private func knows(_ value: String) -> Bool {
        keys.withLock { $0 }.reduce(false) { Secret.isSame($1, value) || $0 }
    }
}

/// Why the keys cannot be used, as one sentence for the operator.
public struct KeysError: Error, Hashable, CustomStringConvertible {
    public let description: String
}

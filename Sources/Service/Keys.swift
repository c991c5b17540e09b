// Who may connect: keys that the operator names, and short-lived ones that are made from them.

internal import Foundation
internal import Sockets
internal import Synchronization
internal import Wire

/// The server's keys. With none everybody may connect.
public final class Keys: Sendable {
    /// A key that a client's own server asked for, so that a browser need not know the real one.
    private struct Grant {
        /// Seconds since 1970.
        let expires: Int
        /// What its session is to be, as JSON.
        let session: String?
        /// The operator's key that it was made with; nil where none was needed. It goes with that.
        let key: String?
    }

    /// Keys that may live at a time. The oldest go.
    private static let secretsMax = 1000
    /// Seconds that a secret may live (OpenAI's bounds).
    private static let secondsBounds = 10...7200

    private let keys: Mutex<[String]>
    private let signingToken: String?
    private let secrets = Mutex<[String: Grant]>([:])
    private let now: @Sendable () -> Int

    /// `twilioToken`: Twilio's auth token, by which its calls are known.
    init(
        _ keys: [String] = [], twilioToken: String? = nil,
        now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    ) {
        signingToken = twilioToken
        self.keys = Mutex(keys)
        self.now = now
    }

    /// What `read` finds, and one more key. A file without a key is no file of keys: everybody could connect.
    public static func load(_ file: String, and key: String?) throws(KeysError) -> [String] {
        var found: [String]
        do { found = try read(file) } catch {
            throw KeysError(description: "\(file) cannot be read as text, one key a line")
        }
        guard !found.isEmpty else { throw KeysError(description: "there is no key in \(file)") }
        if let key { found.append(key) }
        return found
    }

    /// Takes these keys for those that were there. Sessions that are open go on; short-lived keys that were made with one that is gone
    /// are gone too. Returns how many are new and how many have gone.
    func replace(_ new: [String]) -> (added: Int, removed: Int) {
        let old = keys.withLock { keys in
            defer { keys = new }
            return keys
        }
        secrets.withLock { $0 = $0.filter { $0.value.key.map(new.contains) ?? true } }
        return (Set(new).subtracting(old).count, Set(old).subtracting(new).count)
    }

    /// One key a line; empty lines and those that begin with `#` are left out.
    static func read(_ file: String) throws -> [String] {
        try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }

    var isOpen: Bool { keys.withLock { $0.isEmpty } }

    /// Whether this path's clients are known by a signature of their own.
    func signs(_ path: String) -> Bool { signingToken != nil && WireProtocols.entry(path: path)?.isSigned != nil }

    /// Whether a client with these may connect. Who signs has no key.
    func admit(_ request: UpgradeRequest) -> Bool {
        if let signingToken, let isSigned = WireProtocols.entry(path: request.path)?.isSigned {
            return isSigned(request, signingToken)
        }
        return isOpen || request.keys.contains { knows($0) || secret($0) != nil }
    }

    /// Whether the request carries one of the operator's keys: a secret makes no secrets.
    func admit(_ request: HTTPRequest) -> Bool { isOpen || key(of: request) != nil }

    /// The operator's key that the request carries.
    func key(of request: HTTPRequest) -> String? {
        UpgradeRequest(path: "", headers: request.headers).keys.first(where: knows)
    }

    /// What the session of a client with a secret is to be, as JSON.
    func session(of request: UpgradeRequest) -> String? {
        request.keys.lazy.compactMap { self.secret($0) }.first?.session
    }

    /// A new secret for `seconds`, held to what is allowed, for who has shown `key`.
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

    /// Takes the same time wherever a wrong key begins to differ.
    private func knows(_ value: String) -> Bool {
        keys.withLock { $0 }.reduce(false) { Secret.isSame($1, value) || $0 }
    }
}

/// Why there are no keys, as one sentence for the operator.
public struct KeysError: Error, Hashable, CustomStringConvertible {
    public let description: String
}

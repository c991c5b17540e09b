// The key for a remote mind: a secret that no log and no message shows.

/// A bearer token (RFC 6750). It prints as a placeholder, whoever prints it.
public struct MindKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let secret: String

    /// Throws when `secret` cannot stand in an HTTP header.
    public init(_ secret: String) throws(RemoteMindError) {
        guard secret.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !secret.isEmpty else { throw .key }
        self.secret = secret
    }

    public var description: String { "(a key)" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The request's header.
    var header: String { "Authorization: Bearer \(secret)" }

    /// `text` without the words that show the key or an end of it, as some servers' messages do.
    func hidden(in text: String) -> String {
        guard secret.count >= 8 else { return text.replacing(secret, with: "…") }
        let ends = [secret.prefix(6), secret.suffix(4)]
        return text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            ends.contains { word.contains($0) } ? "…" : word
        }.joined(separator: " ")
    }
}

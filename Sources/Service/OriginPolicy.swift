// Decides from `Origin` and `Host` whether a browser's page may reach this server.

internal import Sockets
internal import Wire

/// Keeps foreign web pages out. A browser lets any page open a websocket to any address, this machine's included, and with DNS
/// rebinding a foreign page can pass for one of ours. Clients other than browsers send no `Origin` and are not checked.
public struct OriginPolicy: Sendable {
    private let guardsOrigins: Bool, guardsHosts: Bool
    private let origins: Set<String>, hosts: Set<String>
    private let addresses: Set<String>

    /// `listening` holds the server's addresses. `isOpen` means that the server has no keys, so anyone may connect.
    init(
        listening: [String] = ["127.0.0.1"], isOpen: Bool = true, allowOrigins: [String] = [], allowHosts: [String] = []
    ) {
        let found = listening.compactMap { SocketAddress($0, port: 0) }, isLocal = found.allSatisfy(\.isLoopback)
        origins = Set(allowOrigins.map(Self.plain))
        hosts = Set(allowHosts.map(Self.plain))
        addresses = Set(found.map(\.host))
        guardsOrigins = !origins.contains("*") && (isOpen && isLocal || !origins.isEmpty)
        guardsHosts = !hosts.contains("*") && (isOpen && isLocal || !hosts.isEmpty)
    }

    enum Refusal: Hashable { case host(String), origin(String) }

    /// Nil if the request is allowed. `reads` is for GET and HEAD without an upgrade: their answers are not secret, and a browser
    /// hides them from foreign pages.
    func refusal(_ headers: [String: String], reads: Bool) -> Refusal? {
        let host = Self.name(headers["host"] ?? ""), origin = headers["origin"]
        // A public host name has at least two labels.
        if guardsHosts, !isOurs(host), origin != nil || host.contains(".") { return .host(host) }
        guard guardsOrigins, !reads, let origin, !isWelcome(origin, host: host) else { return nil }
        return .origin(origin)
    }

    private func isOurs(_ name: String) -> Bool {
        isLocal(name) || hosts.contains(name) || SocketAddress(name, port: 0) != nil
    }

    private func isLocal(_ name: String) -> Bool {
        name == "localhost" || name.hasSuffix(".localhost") || addresses.contains(name)
            || SocketAddress(name, port: 0)?.isLoopback == true
    }

    /// Whether the page comes from this machine, from this server, or from an origin that the operator allows. `null` does not.
    private func isWelcome(_ origin: String, host: String) -> Bool {
        let origin = Self.plain(origin)
        if origins.contains(origin) { return true }
        guard let scheme = origin.firstRange(of: "://") else { return false }
        let name = Self.name(String(origin[scheme.upperBound...]))
        return isLocal(name) || !name.isEmpty && name == host
    }

    /// Why a browser never sends this as `Origin`, and what to write. Nil if it may be allowed.
    public static func originProblem(_ text: String) -> String? {
        if text == "*" { return nil }
        let parts = text.lowercased().firstRange(of: "://").map {
            (scheme: String(text[..<$0.lowerBound]).lowercased(), rest: text[$0.upperBound...])
        }
        let rest = parts?.rest ?? text[...], scheme = parts?.scheme ?? "https"
        var authority = String(rest.prefix { !"/?#".contains($0) }).lowercased()
        // A browser leaves out the scheme's own port.
        if let port = ["https": ":443", "http": ":80"][scheme], authority.hasSuffix(port) {
            authority.removeLast(port.count)
        }
        guard !name(authority).isEmpty else {
            return "must be an origin such as https://app.example, or *; \(text) is none"
        }
        let origin = scheme + "://" + authority
        return plain(text) == origin ? nil : "\(text) is no origin: write \(origin)"
    }

    /// Why no client's `Host` has this name, and what to write. Nil if it may be allowed.
    public static func hostProblem(_ text: String) -> String? {
        if text == "*" || SocketAddress(text, port: 0) != nil { return nil }
        let rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let name = name(String(rest.prefix { !"/?#".contains($0) }))
        guard !name.isEmpty else { return "must be a name such as duet.example, or *; \(text) is none" }
        return text.lowercased() == name ? nil : "\(text) is no name: write \(name)"
    }

    private static func plain(_ text: String) -> String {
        let text = text.lowercased()
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// The host without its port, brackets and trailing dot.
    private static func name(_ authority: String) -> String {
        let text = authority.lowercased()
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        let name = text.prefix { $0 != ":" }
        return String(name.hasSuffix(".") ? name.dropLast() : name)
    }
}

extension OriginPolicy.Refusal {
    /// The message to the client.
    var message: String {
        switch self {
        case .host(let name):
            let name = name.prefix(100)
            return "This server is not known as \(name). If it should be, start it with --allow-host \(name)."
        case .origin(let origin):
            let origin = origin.prefix(100)
            return "Pages of \(origin) may not talk to this server. --allow-origin \(origin) would let them."
        }
    }

    var code: String {
        switch self {
        case .host: "host_not_allowed"
        case .origin: "origin_not_allowed"
        }
    }
}

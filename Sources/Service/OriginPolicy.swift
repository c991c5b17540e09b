// Decides from `Origin` and `Host` whether a browser's page may reach this server.

internal import Sockets
internal import Wire

/// Keeps foreign web pages out. A browser lets any page open a websocket to any address, this machine's included, and with DNS
/// rebinding a foreign page can pass for one of ours. Clients other than browsers send no `Origin` and are not checked.
struct OriginPolicy: Sendable {
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

    /// The metric's label.
    var reason: String {
        switch self {
        case .host: "host"
        case .origin: "origin"
        }
    }
}

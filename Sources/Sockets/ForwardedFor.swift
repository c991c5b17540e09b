// Finds the client for which a proxy forwards a request (X-Forwarded-For).

/// Finds a request's client behind proxies that the operator trusts. Ignores the header from any other peer: anyone can forge it.
enum ForwardedFor {
    static let header = "x-forwarded-for"

    /// The rightmost address that is not itself trusted; each proxy appends its peer's address. Returns `peer`, the connected
    /// address, if that is not trusted. An invalid entry ends the search: no trusted proxy vouches for what is left of it.
    static func client(peer: String, forwarded: [String], trusted: [AddressRange]) -> String {
        let isTrusted = { (host: String) in trusted.contains { $0.contains(host) } }
        guard isTrusted(peer) else { return peer }
        var client = peer
        for entry in forwarded.flatMap({ $0.split(separator: ",") }).reversed() {
            guard let host = host(of: entry) else { break }
            client = host
            guard isTrusted(host) else { break }
        }
        return client
    }

    /// The address in an entry, without its port, in canonical spelling. Nil if the entry is invalid.
    private static func host(of entry: Substring) -> String? {
        let text = entry.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        var bare = text
        if text.first == "[" {
            bare = text.dropFirst().prefix { $0 != "]" }
        } else if text.count(where: { $0 == ":" }) == 1 {
            bare = text.prefix { $0 != ":" }
        }
        guard let host = SocketAddress(String(bare), port: 0)?.host else { return nil }
        // An IPv4-mapped IPv6 address is the same client.
        let mapped = "::ffff:"
        return host.hasPrefix(mapped) && host.contains(".") ? String(host.dropFirst(mapped.count)) : host
    }
}

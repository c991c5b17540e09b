// Whose request a proxy passes on (X-Forwarded-For).

/// Finds a request's client behind proxies that the operator trusts. What others write into the header is not read: anybody can.
enum ForwardedFor {
    static let header = "x-forwarded-for"

    /// The rightmost address that is not itself trusted; each proxy appends whom it was asked by. `peer` is who has connected, and is
    /// told where it is not trusted. What is no address ends the search: what stands left of it nobody vouches for.
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

    /// The address of an entry, which may have a port, in one spelling. Nil for what is none.
    private static func host(of entry: Substring) -> String? {
        let text = entry.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        var bare = text
        if text.first == "[" {
            bare = text.dropFirst().prefix { $0 != "]" }
        } else if text.count(where: { $0 == ":" }) == 1 {
            bare = text.prefix { $0 != ":" }
        }
        guard let host = SocketAddress(String(bare), port: 0)?.host else { return nil }
        // An IPv4 address that came over IPv6 is the same client.
        let mapped = "::ffff:"
        return host.hasPrefix(mapped) && host.contains(".") ? String(host.dropFirst(mapped.count)) : host
    }
}

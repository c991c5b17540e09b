// An address of this machine or of a peer, with a port.

internal import CSystem
internal import Glibc

/// An IPv4 or IPv6 address and a port.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// Numeric: `127.0.0.1`, `::1`, `fe80::1%eth0`.
    public let host: String
    public let port: Int
    public let isIPv6: Bool

    /// `host` is a numeric address, an IPv6 address with or without brackets. Nil for anything else: names are not resolved.
    public init?(_ host: String, port: Int) {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        guard (0...65535).contains(port), bare.contains(":") || Self.isIPv4(bare) else { return nil }
        var hints = addrinfo(), found: UnsafeMutablePointer<addrinfo>?
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        guard getaddrinfo(bare, String(port), &hints, &found) == 0, let found else { return nil }
        defer { freeaddrinfo(found) }
        self.init(found.pointee.ai_addr, found.pointee.ai_addrlen)
    }

    init?(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST)), port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let flags = CInt(NI_NUMERICHOST | NI_NUMERICSERV)
        guard
            getnameinfo(address, length, &host, socklen_t(host.count), &port, socklen_t(port.count), flags) == 0
        else { return nil }
        self.host = Self.text(host)
        self.port = Int(Self.text(port)) ?? 0
        isIPv6 = address.pointee.sa_family == sa_family_t(AF_INET6)
    }

    /// The address that `socket` is bound to.
    init?(boundTo socket: CInt) {
        var storage = sockaddr_storage(), length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        guard code == 0 else { return nil }
        self.init(storage, length)
    }

    init?(_ storage: sockaddr_storage, _ length: socklen_t) {
        let address = withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Self($0, length) }
        }
        guard let address else { return nil }
        self = address
    }

    /// Reachable from this machine only: 127.0.0.0/8, ::1.
    public var isLoopback: Bool { isIPv6 ? host == "::1" || host.hasPrefix("::ffff:127.") : host.hasPrefix("127.") }

    public var description: String { (isIPv6 ? "[\(host)]" : host) + ":\(port)" }

    /// The same address with another port.
    func with(port: Int) -> SocketAddress { SocketAddress(host, port: port) ?? self }

    /// Calls `body` with the system's representation of this address.
    func withSystemAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R? {
        var hints = addrinfo(), found: UnsafeMutablePointer<addrinfo>?
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let found else { return nil }
        defer { freeaddrinfo(found) }
        return body(found.pointee.ai_addr, found.pointee.ai_addrlen)
    }

    /// Exactly four numbers from 0 to 255. The system's own parser also accepts `1` and `0x7f.1`.
    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && (Int(part) ?? 256) < 256 && (part == "0" || part.first != "0")
            }
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

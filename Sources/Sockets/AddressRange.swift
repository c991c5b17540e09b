// Which addresses an operator means: a single address or a CIDR range.

internal import Glibc

/// A CIDR range such as `10.0.0.0/8` or `fd00::/8`, or a single address.
public struct AddressRange: Hashable, Sendable {
    /// 16 bytes; those of an IPv4 address are mapped (RFC 4291 §2.5.5.2).
    private let bytes: [UInt8]
    /// Prefix length, of 128 bits.
    private let bits: Int

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

    /// Nil if the text is not an address, or the prefix is longer than the address.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.bytes(of: String(parts[0])) else { return nil }
        let width = parts[0].contains(":") ? 128 : 32
        guard parts.count == 1 || parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard let bits = parts.count == 1 ? width : Int(parts[1]), bits <= width else { return nil }
        (self.bytes, self.bits) = (bytes, 128 - width + bits)
    }

    /// False if `host` is not a numeric address.
    public func contains(_ host: String) -> Bool {
        guard let other = Self.bytes(of: host) else { return false }
        let whole = bits / 8, mask = UInt8(truncatingIfNeeded: 0xff00 >> (bits % 8))
        guard other[..<whole] == bytes[..<whole] else { return false }
        return whole == 16 || (other[whole] ^ bytes[whole]) & mask == 0
    }

    /// Parses a numeric address into 16 bytes and ignores its zone.
    private static func bytes(of host: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if host.contains(":") {
            return inet_pton(AF_INET6, String(host.prefix { $0 != "%" }), &bytes) == 1 ? bytes : nil
        }
        return inet_pton(AF_INET, host, &bytes) == 1 ? mapped + bytes[..<4] : nil
    }
}

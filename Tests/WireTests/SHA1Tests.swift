// SHA-1 by the examples of its standards.

import Testing

@testable import Wire

@Suite struct SHA1Tests {
    /// RFC 3174 §7.3; the empty message, and those about the end of a block, from `sha1sum`.
    @Test(arguments: [
        ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"), ("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ("01234567012345670123456701234567", 20, "dea356a2cddd90c7a7ecedc5ebb563934f460452"),
        ("x", 55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1"), ("x", 56, "901305367c259952f4e7af8323f480d59f81335b"),
        ("x", 63, "0ddc4e0cccd9a12850deb5abb0853a4425559fec"), ("x", 64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163"),
    ])
    func aMessageHasItsDigest(_ example: (text: String, count: Int, digest: String)) {
        let message = Array(String(repeating: example.text, count: example.count).utf8)
        let digits = SHA1.digest(message).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        #expect(digits.joined() == example.digest)
    }
}

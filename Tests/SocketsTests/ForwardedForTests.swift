// Whom a proxy speaks for, and whom nobody believes.

import Foundation
import Testing

@testable import Callers
@testable import Sockets

@Suite struct ForwardedForTests {
    private func client(_ peer: String, _ forwarded: String..., trusted: [String]) -> String {
        ForwardedFor.client(peer: peer, forwarded: forwarded, trusted: trusted.map { AddressRange($0)! })
    }

    @Test func withoutTrustTheHeaderIsNotRead() {
        #expect(client("10.0.0.1", "1.2.3.4", trusted: []) == "10.0.0.1")
        #expect(client("10.0.0.1", "1.2.3.4", trusted: ["10.0.0.2"]) == "10.0.0.1")
    }

    @Test func theClientIsTheRightmostWhoIsNotTrusted() {
        let trusted = ["10.0.0.0/8", "::1"]
        #expect(client("10.0.0.1", "1.2.3.4", trusted: trusted) == "1.2.3.4")
        #expect(client("10.0.0.1", "6.6.6.6, 1.2.3.4", trusted: trusted) == "1.2.3.4", "the client wrote the first")
        #expect(client("::1", "6.6.6.6, 1.2.3.4 , 10.9.9.9", trusted: trusted) == "1.2.3.4", "two proxies")
        #expect(client("::1", "6.6.6.6", "1.2.3.4", "10.9.9.9", trusted: trusted) == "1.2.3.4", "several headers")
        #expect(client("10.0.0.1", "10.0.0.3,10.0.0.2", trusted: trusted) == "10.0.0.3", "from within")
        #expect(client("10.0.0.1", trusted: trusted) == "10.0.0.1")
    }

    @Test(arguments: [
        "", " ", "unknown", "1.2.3", "duet.example", "[::1", "1.2.3.4.5", "\"1.2.3.4\"", "☃", ":", "[]:4",
    ])
    func whatIsNoAddressEndsTheSearch(_ garbage: String) {
        let trusted = ["10.0.0.0/8"]
        #expect(!["6.6.6.6", garbage].contains(client("10.0.0.1", "6.6.6.6, " + garbage + "x", trusted: trusted)))
        #expect(client("10.0.0.1", "6.6.6.6, \(garbage)x, 10.0.0.7", trusted: trusted) == "10.0.0.7")
    }

    @Test(arguments: [
        ("1.2.3.4:5678", "1.2.3.4"), ("2001:DB8::1", "2001:db8::1"), ("[2001:db8:0::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"), ("::ffff:1.2.3.4", "1.2.3.4"), ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"),
    ])
    func everyClientHasOneSpelling(_ entry: String, _ host: String) {
        #expect(client("10.0.0.1", entry, trusted: ["10.0.0.1"]) == host)
    }
}

@Suite struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"), ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
        ("192.168.4.0/22", "192.168.7.255", "192.168.8.0"), ("10.0.0.0/31", "10.0.0.1", "10.0.0.2"),
        ("fd00::/8", "fdff::1", "fe00::1"), ("::1", "::1", "::2"),
        ("2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"),
        ("0.0.0.0/0", "255.1.1.1", "2001:db8::1"), ("10.0.0.0/8", "::ffff:10.0.0.1", "localhost"),
        ("fe80::/10", "fe80::1%eth0", ""),
    ])
    func bothSidesOfTheLimit(_ range: String, _ inside: String, _ outside: String) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(inside) && !range.contains(outside))
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0/8", "proxy", "10.0.0.0/8/8",
        "1",
    ])
    func whatIsNoRangeIsNone(_ text: String) { #expect(AddressRange(text) == nil) }

    @Test func theLimitsThemselvesAreTaken() {
        #expect(AddressRange("0.0.0.0/0") != nil && AddressRange("1.2.3.4/32") != nil && AddressRange("::/128") != nil)
    }
}

@Suite struct ProxyTests {
    /// Whom the server takes for the client of a websocket behind `header`.
    private func remote(_ header: String, trusted: [String]) throws -> String {
        let server = try EchoServer { $0.trustedProxies = trusted.map { AddressRange($0)! } }
        let connection = try RawConnection(server)
        connection.send(
            Array(
                "GET /echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(header)\r\n"
                    .utf8) + WebSocketFrame.masked(1, Array("remote".utf8), mask: [1, 2, 3, 4]))
        let text = String(decoding: connection.read(seconds: 0.5).bytes, as: UTF8.self)
        return text.components(separatedBy: "\r\n\r\n").last.map { String($0.filter { $0 == "." || $0.isNumber }) }
            ?? ""
    }

    @Test func onlyATrustedProxySpeaksForOthers() throws {
        let header = "X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\n"
        #expect(try remote(header, trusted: []) == "127.0.0.1")
        #expect(try remote(header, trusted: ["127.0.0.0/8"]) == "1.2.3.4")
        #expect(try remote("", trusted: ["127.0.0.1"]) == "127.0.0.1")
    }
}

// Where a server listens, and that it listens nowhere else.

import Foundation
import Testing
import Wire

@testable import Callers
@testable import Sockets

@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("[::1]", "[::1]:80"), ("0.0.0.0", "0.0.0.0:80"),
        ("::", "[::]:80"),
        ("0:0:0:0:0:0:0:1", "[::1]:80"),
    ])
    func addressesAreWrittenInOneWay(_ text: String, _ written: String) {
        #expect(SocketAddress(text, port: 80)?.description == written)
    }

    @Test(arguments: [
        "", "localhost", "1", "127.1", "0x7f.0.0.1", "127.0.0.256", "127.0.0.01", "::g", "[127.0.0.1]x", "a.b.c.d",
    ])
    func namesAndOddNumbersAreNone(_ text: String) { #expect(SocketAddress(text, port: 80) == nil) }

    @Test func loopbackIsKnown() {
        #expect(["127.0.0.1", "127.9.9.9", "::1"].allSatisfy { SocketAddress($0, port: 1)!.isLoopback })
        #expect(["0.0.0.0", "::", "128.0.0.1", "::2"].allSatisfy { !SocketAddress($0, port: 1)!.isLoopback })
    }

    private func reaches(_ host: String, _ port: Int) -> Bool {
        (try? PlainHTTP.body(of: "http://\(host):\(port)/livez", timeout: 1)) != nil
    }

    @Test func aServerListensWhereItIsToldAndNowhereElse() throws {
        let old = try EchoServer(), new = try EchoServer { $0.hosts = ["::1"] }
        #expect(new.server.addresses.map(\.description) == ["[::1]:\(new.server.port)"])
        #expect(reaches("[::1]", new.server.port) && !reaches("127.0.0.1", new.server.port))
        #expect(reaches("127.0.0.1", old.server.port) && !reaches("[::1]", old.server.port))
        #expect(!reaches("127.0.0.2", old.server.port))
    }

    @Test func severalAddressesShareAPort() throws {
        let server = try EchoServer { $0.hosts = ["127.0.0.1", "::1", "127.0.0.2"] }
        #expect(Set(server.server.addresses.map(\.port)).count == 1 && server.server.addresses.count == 3)
        #expect(["127.0.0.1", "[::1]", "127.0.0.2"].allSatisfy { reaches($0, server.server.port) })
    }

    /// `::` takes IPv4 as well unless it is told not to.
    @Test func allOfIPv6IsNotAllOfIPv4() throws {
        let listener = try Listener(SocketAddress("::", port: 0)!)
        defer { close(listener.socket) }
        #expect(listener.address.description == "[::]:\(listener.address.port)")
        let other = try Listener(SocketAddress("0.0.0.0", port: listener.address.port)!)
        close(other.socket)
    }

    @Test func aPeerOverIPv6IsShownAndServed() throws {
        let server = try EchoServer { $0.hosts = ["::1"] }
        let client = try WebSocketClient("ws://[::1]:\(server.server.port)/echo")
        try client.send(text: "remote")
        #expect(try client.receive() == .text("::1"))
    }

    @Test func whatIsNoAddressOrNotOursIsAClearError() {
        for (host, part) in [
            ("localhost", "no address to listen on"), ("192.0.2.1", "not ours"), ("fe80::1%nowhere", "no address"),
        ] {
            do throws(ServerError) {
                var configuration = ServerConfiguration()
                (configuration.hosts, configuration.port) = ([host], 0)
                _ = try Server(
                    configuration,
                    routes: ServerRoutes(
                        admit: { _ in .accept }, open: { Echo($0, Echo.Codes()) }, http: { _ in HTTPResponse(body: "") }
                    )
                )
                Issue.record("it listens on \(host)")
            } catch {
                #expect(error.description.contains(part) && error.description.contains(host.prefix(7)), "\(error)")
            }
        }
    }
}

// Where a server listens, and that it listens nowhere else.

import Testing

@testable import Sockets

@Suite struct AddressTests {
    private func reaches(_ host: String, _ port: Int) -> Bool {
        (try? PlainHTTP.body(of: "http://\(host):\(port)/livez", timeout: 1)) != nil
    }

    @Test func aServerListensWhereItIsToldAndNowhereElse() {
        withKnownIssue { () throws in
            let server = try EchoServer { $0.host = "::1" }
            #expect(!reaches("127.0.0.1", server.server.port))
        }
    }
}

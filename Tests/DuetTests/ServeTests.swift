// What `duet serve` takes on its command line.

import ArgumentParser
import Testing

@testable import duet

@Suite struct ServeTests {
    @Test func severalAddressesPagesAndNamesMayBeGiven() throws {
        #expect(try Serve.parse([]).host == ["127.0.0.1"])
        let serve = try Serve.parse([
            "--host", "::1", "--host", "127.0.0.1", "--allow-origin", "https://a.example", "--allow-origin", "*",
            "--allow-host", "a.example",
        ])
        #expect(serve.host == ["::1", "127.0.0.1"])
        #expect(serve.allowOrigin == ["https://a.example", "*"] && serve.allowHost == ["a.example"])
    }

    @Test(arguments: ["localhost", "duet.example", "1", "127.0.0.1:80", ""]) func aNameIsNoAddress(_ host: String) {
        let error = #expect(throws: (any Error).self) { _ = try Serve.parse(["--host", host]) }
        #expect(error.map { Serve.message(for: $0).contains("--host must be an address") } == true)
    }
}

// Who is let in.

import Foundation
import Synchronization
import Testing

@testable import Sockets
@testable import Wire
@testable import Service

@Suite struct KeysTests {
    private func upgrade(_ headers: [String: String] = [:], query: String = "", offered: [String] = [])
        -> UpgradeRequest
    {
        UpgradeRequest(path: "/v1/realtime", query: query, subprotocols: offered, headers: headers)
    }

    @Test func withoutKeysEverybodyMayConnect() {
        #expect(Keys().admit(upgrade()) && Keys().admit(HTTPRequest(path: "/")))
    }

    @Test func aKeyIsTakenWhereverClientsPutIt() {
        let keys = Keys(["first", "second"])
        for request in [
            upgrade(["authorization": "Bearer second"]), upgrade(["authorization": "bearer first "]),
            upgrade(["api-key": "first"]), upgrade(["x-api-key": "first"]), upgrade(query: "a=b&api_key=first"),
            upgrade(query: "worker_auth_id=second"), upgrade(offered: ["realtime", "openai-insecure-api-key.first"]),
        ] { #expect(keys.admit(request), "\(request)") }
        for request in [
            upgrade(), upgrade(["authorization": "Basic first"]), upgrade(["authorization": "Bearer firs"]),
            upgrade(["api-key": "firsx"]), upgrade(["api-key": ""]), upgrade(query: "key=first"),
            upgrade(offered: ["first"]),
        ] { #expect(!keys.admit(request), "\(request)") }
    }

    @Test func aSecretOpensSessionsForAWhileAndMakesNoSecrets() {
        let time = Mutex(1000)
        let keys = Keys(["key"], now: { time.withLock { $0 } })
        let secret = keys.mint(seconds: 60, session: "{\"a\":1}")
        #expect(secret.expires == 1060 && secret.value.hasPrefix("ek_"))
        let header = ["authorization": "Bearer " + secret.value]
        #expect(keys.admit(upgrade(header)) && keys.session(of: upgrade(header)) == "{\"a\":1}")
        #expect(!keys.admit(HTTPRequest(path: "/", headers: header)))
        time.withLock { $0 = 1060 }
        #expect(!keys.admit(upgrade(header)) && keys.session(of: upgrade(header)) == nil)
        #expect(keys.mint(seconds: 0, session: nil).expires == 1070)
        #expect(keys.mint(seconds: 1_000_000, session: nil).expires == 1060 + 7200)
    }

    @Test func aFileHasAKeyALine() throws {
        let file = "/tmp/duet-keys-\(UInt64.random(in: 0...UInt64.max))"
        try "# ours\n one \n\ntwo\n".write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        #expect(try Keys.read(file) == ["one", "two"])
    }

    @Test func whiteSpaceInAKeyIsRefusedWithItsLine() throws {
        let file = "/tmp/duet-keys-\(UInt64.random(in: 0...UInt64.max))"
        try "# ours\r\n\none # the phone\n".write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        let error = #expect(throws: KeysError.self) { _ = try Keys.load(file, and: nil) }
        #expect(error?.description.hasPrefix("\(file):3: a key has no white space") == true)
        #expect(error?.description.contains("phone") == false, "a key is no one's to read")
    }

    @Test func aKeyThatIsThereTwiceCountsOnce() throws {
        let file = "/tmp/duet-keys-\(UInt64.random(in: 0...UInt64.max))"
        try "one\ntwo\none\n".write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        #expect(try Keys.load(file, and: "two") == ["one", "two"])
    }

    @Test func aCallIsKnownByItsSignature() {
        // RFC 2202, the second case.
        let digest = TwilioSignature.hmac(Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
        #expect(digest.prefix(4) == [0xef, 0xfc, 0xdf, 0x6a])
        let keys = Keys(["key"], twilioToken: "12345")
        func admits(_ signature: String?, host: String = "example.org") -> Bool {
            var request = UpgradeRequest(path: "/twilio", headers: ["host": host, "authorization": "Bearer key"])
            request.headers["x-twilio-signature"] = signature
            return keys.admit(request)
        }
        #expect(admits("Gp/EAdcsNrZ6nsmjuHYjn80+lZ0="))
        #expect(!admits("Gp/EAdcsNrZ6nsmjuHYjn80+lZ1=") && !admits(nil))
        #expect(!admits("Gp/EAdcsNrZ6nsmjuHYjn80+lZ0=", host: "example.com"))
        #expect(keys.admit(upgrade(["api-key": "key"])), "others go by their keys")
    }
}

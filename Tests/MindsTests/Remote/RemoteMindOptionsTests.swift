// A remote mind's address, key and times.

import Testing

@testable import Minds

@Suite struct RemoteMindOptionsTests {
    @Test(arguments: [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        ("HTTP://host", "http://host"), ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("http://[::1]/v1//", "http://[::1]/v1"),
        ("http://host/v1/chat/completions", "http://host/v1"), ("http://host:65535", "http://host:65535"),
    ]) func anAddressIsTaken(_ sample: (address: String, base: String)) throws {
        #expect(
            try RemoteMindOptions(address: sample.address, model: "m").completions == sample.base + "/chat/completions")
    }

    @Test(arguments: [
        ("ftp://host/v1", RemoteMindError.notHTTP), ("host:8000", .notHTTP), ("http:///v1", .noHost),
        ("http://:80", .noHost),
        ("http://host:0", .port), ("http://host:65536", .port), ("http://host:x", .port), ("http://[::1]x", .port),
        ("http://me:secret@host/v1", .userInfo), ("http://host/v1?key=1", .queryOrFragment),
        ("http://host/#a", .queryOrFragment),
        ("http://host/v 1", .character), ("http://host/\r\nX: y", .character), ("http://hÖst", .character),
        ("", .notHTTP),
    ]) func anAddressIsRefused(_ sample: (address: String, error: RemoteMindError)) {
        #expect(throws: sample.error) { try RemoteMindOptions(address: sample.address, model: "m") }
    }

    @Test func aModelIsNeeded() {
        #expect(throws: RemoteMindError.model) { try RemoteMindOptions(address: "http://host", model: " ") }
    }

    @Test func theEnvironmentHoldsTheKey() throws {
        let environment = ["DUET_MIND_KEY": "sk-verysecret", "SSL_CERT_FILE": "/ca.pem"]
        let options = try RemoteMindOptions(address: "http://host", model: "m", environment: environment)
        #expect(options.key?.header == "Authorization: Bearer sk-verysecret")
        #expect(options.certificateFile == "/ca.pem")
        #expect(
            try RemoteMindOptions(address: "http://host", model: "m", environment: ["DUET_MIND_KEY": ""]).key == nil)
        for bad in ["a b", "a\r\nX: y", "kéy"] {
            #expect(throws: RemoteMindError.key) {
                try RemoteMindOptions(address: "http://host", model: "m", environment: ["DUET_MIND_KEY": bad])
            }
        }
    }

    @Test func theKeyPrintsAsAPlaceholder() throws {
        var options = try RemoteMindOptions(address: "http://host", model: "m")
        options.key = try MindKey("sk-verysecret")
        var dumped = ""
        dump(options, to: &dumped)
        for text in [
            "\(options)", String(reflecting: options), dumped, "\(options.key!)", String(reflecting: options.key!),
        ] {
            #expect(!text.contains("secret"), "\(text)")
        }
    }

    @Test func theKeyIsHiddenInServersMessages() throws {
        let key = try MindKey("sk-abcdefgh1234")
        #expect(key.hidden(in: "Incorrect key sk-abcdefgh1234, see") == "Incorrect key … see")
        #expect(key.hidden(in: "Incorrect key sk-abc*****1234.") == "Incorrect key …")
        #expect(key.hidden(in: "No such model") == "No such model")
        #expect(try MindKey("any").hidden(in: "the key any is bad") == "the key … is bad")
    }

    @Test(arguments: [0, 600_001] as [Int64]) func aTimeIsRefused(_ milliseconds: Int64) throws {
        var options = try RemoteMindOptions(address: "http://host", model: "m")
        try options.check()
        options.firstTokenMilliseconds = milliseconds
        #expect(throws: RemoteMindError.milliseconds("The mind's time for first token")) { try options.check() }
    }
}

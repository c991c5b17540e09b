// Which URLs a command takes, and what it says of others.

import Testing

@testable import Callers

@Suite struct ServerURLTests {
    @Test(arguments: [
        ("ws://127.0.0.1:8998/v1/duplex", "ws://127.0.0.1:8998/v1/duplex"),
        ("ws://127.0.0.1:8998", "ws://127.0.0.1:8998/v1/duplex"), ("ws://host/", "ws://host/v1/duplex"),
        ("localhost:8998", "ws://localhost:8998/v1/duplex"), ("WS://host:1/realtime", "ws://host:1/realtime"),
        ("ws://[::1]:8998", "ws://[::1]:8998/v1/duplex"),
        ("ws://h:1/api/chat?text_seed=1", "ws://h:1/api/chat?text_seed=1"),
    ])
    func whatIsMissingIsFilledIn(_ text: String, _ whole: String) throws {
        #expect(try ServerURL(text).description == whole)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8998/", "the scheme must be ws; write ws://127.0.0.1:8998/v1/duplex"),
        ("ftp://host/", "the scheme must be ws"), ("wss://host/v1/duplex", "there is no TLS here"),
        ("https://host", "there is no TLS here"), ("ws://", "is no URL"), ("", "is no URL"),
        ("ws://host:0/", "is no URL"), ("ws://host:65536/", "is no URL"), ("ws://a b/", "is no URL"),
        ("ws://host/v1/nothing", "there is no client for /v1/nothing; there are /v1/duplex, /v1/live/sessions"),
        ("ws://host/twilio", "there is no client for /twilio"),
    ])
    func whatCannotBeUsedIsExplained(_ text: String, _ why: String) {
        let problem = #expect(throws: ServerURL.Problem.self) { try ServerURL(text) }
        #expect(problem?.description.hasPrefix(text + (why.hasPrefix("is") ? " " : ": ") + why) == true, "\(problem!)")
    }

    @Test func theHighestPortIsOne() throws { #expect(try ServerURL("ws://h:65535").isNative) }
}

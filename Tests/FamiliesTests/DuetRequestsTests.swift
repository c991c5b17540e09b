// Which requests the bundled model answers itself.

import Testing

@testable import Families

@Suite struct DuetRequestsTests {
    private let requests = try! DuetRequests(path: "Models/duet-mini/requests.json")

    @Test(arguments: [
        "hello", " what day comes after monday", "What is the capital of France?", "how much is twenty minus eleven",
        "count from three to nine", "repeat after me anything at all", "please spell house", "that is enough",
    ]) func itsOwn(_ request: String) {
        #expect(requests.contains(request))
    }

    @Test(arguments: [
        "", "hello how old is the moon", "what is the capital of", "what is the capital of kenya", "what day is it",
        "how much is twenty one minus three", "repeat after me", "spell", "tell me a story about a whale", "what",
    ]) func others(_ request: String) {
        #expect(!requests.contains(request))
    }

    @Test func anUnknownSlotIsRefused() {
        #expect(throws: (any Error).self) { try DuetRequests(["say {x}"], slots: [:]) }
        #expect(throws: Never.self) { try DuetRequests(["say {x}"], slots: ["x": ["a b"]]) }
    }
}

// Which web pages and names are let in.

import Testing

@testable import Service

@Suite struct OriginPolicyTests {
    private func told(
        _ host: String, _ origin: String? = nil, reads: Bool = false, by originPolicy: OriginPolicy = OriginPolicy()
    ) -> String? {
        var headers = ["host": host]
        headers["origin"] = origin
        return originPolicy.refusal(headers, reads: reads).map { $0.code.hasPrefix("host") ? "host" : "origin" }
    }

    @Test(arguments: [
        "localhost:8998", "127.0.0.1:8998", "[::1]:8998", "x", "duet", "192.168.1.5:8998", "duet.localhost", "",
    ])
    func programsAreNotAsked(_ host: String) {
        #expect(told(host) == nil && told(host, reads: true) == nil)
    }

    @Test(arguments: [
        ("localhost:8998", "http://localhost:8998"), ("127.0.0.1:8998", "http://localhost:3000"),
        ("localhost", "http://127.0.0.1"), ("[::1]:8998", "http://[::1]:8998"),
        ("192.168.1.5:80", "http://192.168.1.5"),
    ])
    func pagesOfThisMachineAreLetIn(_ host: String, _ origin: String) { #expect(told(host, origin) == nil) }

    @Test(arguments: [
        "https://evil.example", "null", "", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "file://",
    ])
    func otherPagesAreNot(_ origin: String) {
        #expect(told("localhost:8998", origin) == "origin")
        #expect(told("localhost:8998", origin, reads: true) == nil, "what is read is no secret")
    }

    /// The page's owner points the page's own name to 127.0.0.1.
    @Test func aReboundNameIsRefused() {
        #expect(told("evil.example:8998", "http://evil.example:8998") == "host")
        #expect(told("evil.example:8998") == "host" && told("evil.example.", reads: true) == "host")
        #expect(told("evil", "http://evil") == "host")
    }

    @Test func whoIsNamedIsLetIn() {
        let originPolicy = OriginPolicy(allowOrigins: ["https://App.example/"], allowHosts: ["duet.example"])
        #expect(told("localhost", "https://app.example", by: originPolicy) == nil)
        #expect(told("localhost", "https://app.example:444", by: originPolicy) == "origin")
        #expect(told("duet.example", "https://duet.example", by: originPolicy) == nil)
        #expect(told("duet.example.org", by: originPolicy) == "host")
        let all = OriginPolicy(allowOrigins: ["*"], allowHosts: ["*"])
        #expect(told("evil.example", "https://other.example", by: all) == nil)
    }

    /// Taken as they are they would match nothing.
    @Test(arguments: [
        ("https://app.example", nil), ("https://App.example/", nil), ("http://localhost:3000", nil), ("*", nil),
        ("chrome-extension://abc", nil), ("http://[::1]:80", "http://[::1]"), ("app.example", "https://app.example"),
        ("https://app.example:443", "https://app.example"), ("https://app.example/page", "https://app.example"),
    ])
    func anOriginThatNoBrowserSendsIsCorrected(_ text: String, _ right: String?) {
        #expect(OriginPolicy.originProblem(text) == right.map { "\(text) is no origin: write \($0)" })
    }

    @Test(arguments: [
        ("duet.example", nil), ("Duet.Example", nil), ("*", nil), ("::1", nil), ("10.0.0.1", nil),
        ("https://duet.example", "duet.example"), ("duet.example:8998", "duet.example"),
        ("duet.example.", "duet.example"), ("duet.example/", "duet.example"), ("[::1]:8998", "::1"),
    ])
    func aNameThatNoClientAsksForIsCorrected(_ text: String, _ right: String?) {
        #expect(OriginPolicy.hostProblem(text) == right.map { "\(text) is no name: write \($0)" })
    }

    @Test func nothingIsNoOriginAndNoName() {
        #expect(OriginPolicy.originProblem("")?.contains("must be an origin") == true)
        #expect(OriginPolicy.originProblem("https://")?.contains("must be an origin") == true)
        #expect(OriginPolicy.hostProblem("")?.contains("must be a name") == true)
    }

    @Test func withKeysOrOnTheNetworkOnlyWhatIsNamedCounts() {
        for originPolicy in [
            OriginPolicy(isOpen: false), OriginPolicy(listening: ["0.0.0.0"]),
            OriginPolicy(listening: ["127.0.0.1", "::"]),
        ] {
            #expect(told("evil.example", "https://other.example", by: originPolicy) == nil)
        }
        let named = OriginPolicy(listening: ["0.0.0.0"], allowOrigins: ["https://app.example"])
        #expect(told("duet.example", "https://app.example", by: named) == nil)
        #expect(told("duet.example", "https://duet.example", by: named) == nil, "its own page")
        #expect(told("duet.example", "https://other.example", by: named) == "origin")
    }
}

// JSON is written as Python's json.dumps writes it, in the order in which it came.

import Testing

@testable import Language

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("{\"b\":1,\"a\":[1.50,true,null],\"c\":{}}", "{\"b\": 1, \"a\": [1.50, true, null], \"c\": {}}"),
        (" [ ] ", "[]"), ("\"a,b:\\\"}\"", "\"a,b:\\\"}\""), ("{\n\"é\" :\t\"世\"}", "{\"é\": \"世\"}"), ("-3e5", "-3e5"),
    ]) func aValueIsWrittenInOneLine(_ text: String, _ expected: String) {
        #expect(JSONText(text)?.formatted() == expected)
    }

    @Test func aValueIsWrittenWithIndents() {
        let expected = "{\n    \"a\": [\n        1,\n        {}\n    ],\n    \"b\": []\n}"
        #expect(JSONText("{\"a\":[1,{}],\"b\":[]}")?.formatted(indent: 4) == expected)
    }

    @Test(arguments: ["", "{", "{\"a\"}", "[1,]", "{\"a\":1,}", "[,1]", "{} {}", "nul", "\"a", "'a'", "[1 2]"])
    func whatIsNotJSONIsRefused(_ text: String) { #expect(JSONText(text) == nil) }

    @Test func stringsAreQuoted() {
        #expect(JSONText.quoted("a\"\\\n\r\t\u{8}\u{c}\u{1}/é😀") == "\"a\\\"\\\\\\n\\r\\t\\b\\f\\u0001/é😀\"")
    }

    @Test func membersAreFoundAtTheTopAlone() {
        let json = JSONText("{\"a\":{\"b\":1},\"c\":[{\"b\":2}],\"b\": [3,{\"d\":\"b\"}],\"e\":\"x\\u0041\"}")
        #expect(json?.member("b") == "[3, {\"d\": \"b\"}]" && json?.member("d") == nil)
        #expect(json?.member("e") == "\"x\\u0041\"" && JSONText("\"x\\u0041\"")?.string == "xA")
        #expect(JSONText("[1]")?.member("b") == nil)
    }
}

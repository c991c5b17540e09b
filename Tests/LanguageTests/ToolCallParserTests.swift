// Calls are found in a text however it comes.

import Testing

@testable import Language

@Suite struct ToolCallParserTests {
    private typealias Event = ToolCallParser.Event

    /// The events of a text that comes in parts of `size` characters; texts in one.
    private func events(_ text: String, _ form: ToolForm = .hermes, size: Int) -> [Event] {
        var parser = ToolCallParser(form), events: [Event] = [], rest = Substring(text)
        while !rest.isEmpty {
            events += parser.add(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        events += parser.finish()
        return events.reduce(into: []) { joined, event in
            if case .text(let text) = event, case .text(let before) = joined.last {
                joined[joined.count - 1] = .text(before + text)
            } else {
                joined.append(event)
            }
        }
    }

    private func check(_ text: String, _ expected: [Event], _ form: ToolForm = .hermes) {
        for size in [1, 2, 3, 7, 1000] {
            #expect(events(text, form, size: size) == expected, "\(text.debugDescription) in parts of \(size)")
        }
    }

    private let sum = Event.call(name: "sum", arguments: "{\"a\": [1, 2], \"b\": {\"c\": \"}\"}}")

    @Test func hermesCallsAreFound() {
        let call = "<tool_call>\n{\"name\":\"sum\",\"arguments\":{\"a\":[1,2],\"b\":{\"c\":\"}\"}}}\n</tool_call>"
        check(call, [sum])
        check(
            "One moment. \(call)\n\(call) Done",
            [.text("One moment. "), sum, .text("\n"), sum, .text(" Done")])
        check("<tool_call>{\"name\": \"now\"}</tool_call>", [.call(name: "now", arguments: "{}")])
        check(
            "<tool_call>{\"name\": \"now\", \"arguments\": \"{\\\"a\\\":1}\"}</tool_call>",
            [.call(name: "now", arguments: "{\"a\": 1}")])
        // The end may be a token that the decoder does not write out.
        check("<tool_call>{\"name\": \"now\"}", [.call(name: "now", arguments: "{}")])
    }

    @Test func llamaCallsAreFound() {
        let call = "{\"name\": \"sum\", \"parameters\": {\"a\": [1, 2], \"b\": {\"c\": \"}\"}}}"
        check(call, [sum], .llama3)
        check("\n\(call); \(call)", [sum, sum], .llama3)
        check("{\"a\": 1} is an object", [.text("{\"a\": 1} is an object")], .llama3)
        check("Say {\"name\": \"x\"}", [.text("Say {\"name\": \"x\"}")], .llama3)
        check("{\"name\": \"x\", ", [.broken("{\"name\": \"x\", ")], .llama3)
        check("{\"name\": \"x\", \"parameters\": 3}", [.broken("{\"name\": \"x\", \"parameters\": 3}")], .llama3)
    }

    @Test func whatIsNoCallIsText() {
        check("a < b <tool> <tool_cal> <<think", [.text("a < b <tool> <tool_cal> <<think")])
        check("{\"name\": \"sum\"}", [.text("{\"name\": \"sum\"}")])
        check("", [])
    }

    @Test func thoughtsAreNotSaid() {
        check("<think>\nIs it <tool_call>?</think>\nYes", [.text("\nYes")])
        check("a<think>b", [.text("a")])
    }

    @Test(arguments: [
        "not json", "{\"name\": 3}", "{\"arguments\": {}}", "{\"name\": \"a\", \"arguments\": [1]}", "",
        "{\"name\": \"a\"} {}",
    ])
    func brokenCallsAreTold(_ body: String) {
        check("x<tool_call>\(body)</tool_call>y", [.text("x"), .broken(body), .text("y")])
    }

    /// Only at once, because the limit holds for what is kept between parts.
    @Test func longCallsAreBroken() {
        let limit = ToolCallParser.callBytesMax
        let long = events("{\"name\": \"" + String(repeating: "a", count: limit), .llama3, size: 1000)
        guard case .broken(let text) = long.first else { return #expect(Bool(false), "no broken call") }
        #expect(text.utf8.count == limit + 1)
        var parser = ToolCallParser(.hermes)
        _ = parser.add("<tool_call>")
        for _ in 0..<1000 { #expect(parser.add(String(repeating: "a", count: 1000)) == []) }
        guard case .broken(let rest) = parser.add("</tool_call>").first else {
            return #expect(Bool(false), "no broken call")
        }
        #expect(rest.utf8.count <= limit + 1000)
    }

    @Test func aCallWithinAnObjectTooDeepIsBroken() {
        for (depth, isCall) in [(62, true), (70, false)] {
            let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let found = events("<tool_call>{\"name\": \"a\", \"arguments\": {\"b\": \(body)}}</tool_call>", size: 1000)
            if case .call = found.first { #expect(isCall) } else { #expect(!isCall) }
        }
    }
}

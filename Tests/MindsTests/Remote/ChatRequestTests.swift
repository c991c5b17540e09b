// The request for an answer, as servers read it.

import Basics
import Dialogue
import Foundation
import Testing

@testable import Minds

@Suite struct ChatRequestTests {
    private let tool = Tool(
        name: "weather", description: "Tells the weather.",
        parameters: #"{"type":"object","properties":{"city":{"type":"string"}}}"#)
    private let call = ToolCall(id: "call00001", name: "weather", arguments: #"{"city":"Rome"}"#)

    private func body(
        _ entries: [ChatEntry] = [.user("hi")], setup: MindSetup = MindSetup(),
        _ change: (inout RemoteMindOptions) -> Void = { _ in }
    ) throws -> NSDictionary {
        var options = try RemoteMindOptions(address: "http://host/v1", model: "a model")
        options.instructions = "Be brief."
        change(&options)
        let body = ChatRequest(options: options, setup: setup, entries: entries).body
        return try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? NSDictionary)
    }

    @Test func aPlainRequestHoldsNothingElse() throws {
        let messages = [["role": "system", "content": "Be brief."], ["role": "user", "content": "hi"]]
        #expect(try body() == ["model": "a model", "stream": true, "messages": messages])
    }

    @Test func optionsAreSentWhereTheyAreGiven() throws {
        let body = try body {
            $0.tokensMax = 80
            $0.temperature = 0.5
        }
        #expect(body["max_tokens"] as? Int == 80)
        #expect(body["temperature"] as? Double == 0.5)
    }

    @Test func theSessionsInstructionsReplaceOurs() throws {
        let messages =
            try body(setup: MindSetup(instructions: "Speak \"French\".\n"))["messages"] as? [[String: String]]
        #expect(messages?.first == ["role": "system", "content": "Speak \"French\".\n"])
    }

    @Test func neighboursOfOneSpeakerAreOneMessage() {
        let entries: [ChatEntry] = [
            .user("a"), .user("b"), .assistant("c", calls: []), .assistant("d", calls: [ChatCall(call: call)]),
            .assistant("e", calls: []), .system("f"), .user("g"),
        ]
        #expect(
            ChatRequest.joined(entries) == [
                .user("a b"), .assistant("c d", calls: [ChatCall(call: call)]), .assistant("e", calls: []),
                .system("f"), .user("g"),
            ])
    }

    @Test func everyCallHasAResult() throws {
        let other = ToolCall(id: "call00002", name: "weather", arguments: "{}")
        let entry = ChatEntry.assistant("", calls: [ChatCall(call: call, output: "sunny"), ChatCall(call: other)])
        let messages = try #require(try body([.user("hi"), entry])["messages"] as? [NSDictionary])
        let function: NSDictionary = ["name": "weather", "arguments": #"{"city":"Rome"}"#]
        #expect(messages.count == 5)
        #expect(messages[2]["content"] as? String == "")
        #expect(
            (messages[2]["tool_calls"] as? [NSDictionary])?.first == [
                "id": "call00001", "type": "function", "function": function,
            ])
        #expect(messages[3] == ["role": "tool", "tool_call_id": "call00001", "content": "sunny"])
        #expect(messages[4] == ["role": "tool", "tool_call_id": "call00002", "content": "There is no result yet."])
    }

    @Test(arguments: [
        (ToolChoice.auto, "\"auto\"", "\"auto\""), (.none, "\"none\"", "\"none\""),
        (.required, "\"required\"", "\"auto\""),
        (.function("weather"), #"{"type":"function","function":{"name":"weather"}}"#, "\"auto\""),
    ]) func aToolIsRequiredOnceATurn(_ sample: (choice: ToolChoice, first: String, after: String)) throws {
        let options = try RemoteMindOptions(address: "http://host/v1", model: "m")
        let setup = MindSetup(tools: [tool], toolChoice: sample.choice)
        func body(_ entries: [ChatEntry]) -> String {
            ChatRequest(options: options, setup: setup, entries: entries).body
        }
        #expect(body([.user("hi")]).hasSuffix("\"tool_choice\":\(sample.first)}"))
        let result = ChatEntry.assistant("", calls: [ChatCall(call: call, output: "sunny")])
        #expect(body([.user("hi"), result]).hasSuffix("\"tool_choice\":\(sample.after)}"))
    }

    @Test func toolsAreDescribed() throws {
        let bad = Tool(name: "bad", description: "", parameters: "}{")
        let tools = try #require(try body(setup: MindSetup(tools: [tool, bad]))["tools"] as? [NSDictionary])
        let schema: NSDictionary = ["type": "object", "properties": ["city": ["type": "string"]]]
        #expect(
            tools[0] == [
                "type": "function",
                "function": ["name": "weather", "description": "Tells the weather.", "parameters": schema],
            ])
        let none: NSDictionary = ["type": "object", "properties": NSDictionary()]
        #expect(tools[1] == ["type": "function", "function": ["name": "bad", "parameters": none]])
    }
}

// OpenAI's Realtime protocol with a mind: instructions, tools, and the history that clients bring along.

import Basics
import Testing

@testable import Wire

@Suite struct RealtimeToolTests {
    private static let weather =
        #"{"type":"function","name":"get_weather","description":"The weather.","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}"#
    private static let tool = Tool(
        name: "get_weather", description: "The weather.",
        parameters: #"{"type":"object","properties":{"city":{"type":"string"}}}"#)
    private static let call = ToolCall(id: "call_1", name: "get_weather", arguments: #"{"city":"Oslo"}"#)

    /// A client whose session has begun.
    private static func begun(session: String? = nil, beta: Bool = false) -> RealtimeClient {
        let client = RealtimeClient(beta: beta, session: session, mind: true)
        (_, _) = (client.events(), client.actions())
        return client
    }

    private func update(_ client: RealtimeClient, _ session: String) {
        client.send(#"{"type":"session.update","session":\#(session)}"#)
    }

    private func create(_ client: RealtimeClient, _ item: String) {
        client.send(#"{"type":"conversation.item.create","item":\#(item)}"#)
    }

    private func output(_ client: RealtimeClient, of id: String, _ output: String = "rain") {
        create(client, #"{"type":"function_call_output","call_id":"\#(id)","output":"\#(output)"}"#)
    }

    // MARK: Settings

    @Test(arguments: [false, true]) func settingsReachTheMind(isBeta: Bool) {
        let client = Self.begun(beta: isBeta)
        update(client, #"{"instructions":"Be brief.","tools":[\#(Self.weather)],"tool_choice":"required"}"#)
        var setup = MindSetup(instructions: "Be brief.", tools: [Self.tool], toolChoice: .required)
        #expect(client.actions() == [.configure(setup)])
        let updated = client.events().last
        #expect(field(updated, "session.tools.0.name") == "get_weather")
        #expect(field(updated, "session.tools.0.parameters.properties.city.type") == "string")
        #expect(field(updated, "session.tool_choice") == "required")
        update(client, #"{"tool_choice":{"type":"function","name":"get_weather"}}"#)
        setup.toolChoice = .function("get_weather")
        #expect(client.actions() == [.configure(setup)])
        #expect(field(client.events().last, "session.tool_choice.name") == "get_weather")
        update(client, #"{"instructions":null,"tools":[],"tool_choice":null}"#)
        #expect(client.actions() == [.configure(MindSetup())])
    }

    @Test func settingsThatTheMindDoesNotReadTellItNothing() {
        let client = Self.begun()
        update(client, #"{"audio":{"output":{"voice":"ash"}},"tool_choice":"auto","instructions":""}"#)
        #expect(client.actions() == [])
        update(client, #"{"instructions":"Be brief."}"#)
        update(client, #"{"instructions":"Be brief."}"#)
        #expect(client.actions() == [.configure(MindSetup(instructions: "Be brief."))])
    }

    @Test func theSettingsOfAClientSecretReachTheMindAtOnce() {
        let client = RealtimeClient(session: #"{"instructions":"Be brief."}"#, mind: true)
        #expect(client.actions() == [.start(seed: 0), .configure(MindSetup(instructions: "Be brief."))])
    }

    /// Both sides of each limit.
    @Test(arguments: [
        (#""tools":[{"type":"mcp","server_label":"x"}]"#, "session.tools[0].type"),
        (#""tools":[{"type":"function"}]"#, "session.tools[0].name"),
        (#""tools":[{"type":"function","name":""}]"#, "session.tools[0].name"),
        (#""tools":[{"type":"function","name":"get weather"}]"#, "session.tools[0].name"),
        (#""tools":[{"type":"function","name":"a"},{"name":"a"}]"#, "session.tools[1].name"),
        (#""tools":[{"name":"a","parameters":"{}"}]"#, "session.tools[0].parameters"),
        (#""tools":[{"name":"\#(String(repeating: "n", count: 65))"}]"#, "session.tools[0].name"),
        (#""tools":[\#((0..<129).map { #"{"name":"f\#($0)"}"# }.joined(separator: ","))]"#, "session.tools"),
        (#""tool_choice":"any""#, "session.tool_choice"),
        (#""tool_choice":{"type":"mcp","server_label":"x"}"#, "session.tool_choice"),
        (#""tool_choice":{"type":"function","name":"nothing"}"#, "session.tool_choice"),
    ]) func whatIsNoToolIsRefused(_ settings: String, _ param: String) {
        let client = Self.begun()
        update(client, "{\(settings)}")
        #expect(error(client).param == param)
        #expect(client.actions() == [])
    }

    @Test func asManyAndAsLongAsTheyMayBe() {
        let client = Self.begun(), names = (0..<127).map { "f\($0)" } + [String(repeating: "n", count: 64)]
        update(client, #"{"tools":[\#(names.map { #"{"name":"\#($0)"}"# }.joined(separator: ","))]}"#)
        guard case .configure(let setup)? = client.actions().first else { return #expect(Bool(false)) }
        #expect(setup.tools.map(\.name) == names)
        #expect(setup.tools[0].parameters == #"{"type":"object","properties":{}}"#)
    }

    // MARK: Calls

    @Test func aCallIsAResponseWithItsItem() {
        let client = Self.begun()
        client.encode(.call(Self.call, at: 0))
        client.pass()
        let events = client.events()
        #expect(
            events.map { $0["type"] as? String } == [
                "response.created", "response.output_item.added", "conversation.item.added",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "conversation.item.done", "response.output_item.done", "response.done",
            ])
        #expect(field(events[1], "item.type") == "function_call" && field(events[1], "item.status") == "in_progress")
        #expect(field(events[1], "item.arguments") == "" && field(events[2], "item.call_id") == "call_1")
        #expect(field(events[4], "name") == "get_weather" && field(events[4], "arguments") == #"{"city":"Oslo"}"#)
        #expect(field(events[6], "item.status") == "completed")
        #expect(field(events[6], "item.arguments") == #"{"city":"Oslo"}"#)
        #expect(field(events[7], "response.status") == "completed")
        #expect(field(events[7], "response.output.0.call_id") == "call_1")
        let id: String = field(events[6], "item.id") ?? ""
        client.send(#"{"type":"conversation.item.retrieve","item_id":"\#(id)"}"#)
        #expect(field(client.events().last, "item.name") == "get_weather")
    }

    @Test func theBetaCallsItAnItemCreated() {
        let client = Self.begun(beta: true)
        client.encode(.call(Self.call, at: 0))
        client.pass()
        #expect(
            client.types() == [
                "response.created", "response.output_item.added", "conversation.item.created",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done", "response.done",
            ])
    }

    @Test func longArgumentsComeInPieces() {
        let client = Self.begun(), arguments = #"{"text":"\#(String(repeating: "é", count: 150))"}"#
        client.encode(.call(ToolCall(id: "c", name: "f", arguments: arguments), at: 0))
        let deltas = client.events().compactMap { $0["delta"] as? String }
        #expect(deltas.count == 3 && deltas.joined() == arguments)
    }

    @Test func callsAtOnceAreOneResponse() {
        let client = Self.begun()
        for id in ["a", "b", "c"] { client.encode(.call(ToolCall(id: id, name: "f", arguments: "{}"), at: 0)) }
        client.pass()
        let events = client.events(), done = events.last
        #expect(events.count { $0["type"] as? String == "response.created" } == 1)
        #expect((0..<3).map { field(done, "response.output.\($0).call_id") } == ["a", "b", "c"])
        let added = events.filter { $0["type"] as? String == "response.output_item.added" }
        #expect(added.map { $0["output_index"] as? Int } == [0, 1, 2])
    }

    @Test func whatIsSaidBeforeACallIsInTheSameResponse() {
        let client = Self.begun()
        client.encode(.assistantText(" let", start: 0, end: 80), .speaking(at: 0))
        client.pass(level: 0.5)
        client.encode(.call(Self.call, at: 80))
        client.pass(level: 0.5)
        #expect(!client.types().contains("response.done"))
        client.encode(.assistantDone("let", interrupted: false, start: 0, end: 160), .listening(at: 160))
        client.pass()
        let done = client.events().last
        #expect(field(done, "response.output.0.content.0.transcript") == "let")
        #expect(field(done, "response.output.1.name") == "get_weather")
    }

    @Test func whatIsSaidAfterACallInItsSliceIsTheNextItem() {
        let client = Self.begun()
        client.encode(.call(Self.call, at: 0))
        client.answer("let", "me")
        let events = client.events(), audio = events.first { $0["type"] as? String == "response.output_audio.delta" }
        #expect(field(audio, "output_index") == 1)
        #expect(field(events.last, "response.output.0.type") == "function_call")
        #expect(field(events.last, "response.output.1.content.0.transcript") == "let me")
    }

    // MARK: Results

    @Test func aResultIsToldAndAResponseAsksForTheAnswer() {
        let client = Self.begun()
        client.encode(.call(Self.call, at: 0))
        client.pass()
        output(client, of: "call_1")
        #expect(client.actions() == [.result(ToolResult(id: "call_1", output: "rain"), answers: false)])
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions() == [.tell("")])
    }

    @Test func aResultIsSpokenOfBeforeAllAudioWasHeard() {
        let client = Self.begun()
        client.encode(.call(Self.call, at: 0))
        client.pass()
        client.speak(3000)
        output(client, of: "call_1")
        _ = client.actions()
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions() == [.tell("")])
        client.pass(2)
        client.send(#"{"type":"response.cancel"}"#)
        _ = client.actions()
        // Without a result, what was said comes first.
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions() == [])
    }

    @Test func aResponseIsRequestedWhileThePresentOneSounds() {
        let client = Self.begun()
        client.encode(.assistantText(" let", start: 0, end: 80), .speaking(at: 0), .call(Self.call, at: 0))
        client.pass(level: 0.5)
        output(client, of: "call_1")
        (_, _) = (client.actions(), client.events())
        client.send(#"{"type":"response.create","response":{"metadata":{"k":"v"}}}"#)
        #expect(client.events().isEmpty && client.actions() == [])
        client.encode(.assistantDone("let", interrupted: false, start: 0, end: 160), .listening(at: 160))
        client.pass()
        let events = client.events()
        #expect(events.suffix(2).map { $0["type"] as? String } == ["response.done", "response.created"])
        #expect(field(events.last, "response.metadata.k") == "v")
        #expect(client.actions() == [.tell("")])
        // Another one has no result to speak of.
        client.send(#"{"type":"response.create"}"#)
        #expect(error(client).code == "conversation_already_has_active_response")
    }

    @Test func resultsOfWhatWasNotCalledAreRefused() {
        let client = Self.begun()
        output(client, of: "call_9")
        #expect(error(client) == ("invalid_tool_call_id", "item.call_id", nil))
        client.encode(.call(Self.call, at: 0))
        output(client, of: "call_1")
        _ = client.events()
        output(client, of: "call_1", "snow")
        #expect(error(client).code == "invalid_tool_call_id")
        create(client, #"{"type":"function_call_output","call_id":"call_1"}"#)
        #expect(error(client).param == "item.output")
        #expect(client.actions() == [.result(ToolResult(id: "call_1", output: "rain"), answers: false)])
    }

    @Test func outputsHaveALimit() {
        let client = Self.begun()
        for id in ["a", "b"] { client.encode(.call(ToolCall(id: id, name: "f", arguments: "{}"), at: 0)) }
        output(client, of: "a", String(repeating: "x", count: 32 << 10))
        output(client, of: "b", String(repeating: "x", count: 32 << 10 + 1))
        #expect(client.actions().count == 1)
        #expect(error(client).param == "item.output")
    }

    @Test func withoutAMindEverythingIsKeptAndNothingRefused() {
        let client = RealtimeClient()
        _ = client.events()
        output(client, of: "call_9")
        #expect(client.types() == ["conversation.item.added", "conversation.item.done"])
    }

    // MARK: History

    @Test func aTypedMessageIsAnsweredOnce() {
        let client = Self.begun()
        create(client, #"{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}"#)
        client.send(#"{"type":"response.create"}"#)
        client.pass(20)
        #expect(client.actions() == [.tell("hello")])
    }

    @Test func aTypedMessageWithoutAResponseBecomesHistory() {
        let client = Self.begun()
        create(client, #"{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}"#)
        client.pass(4)
        #expect(client.actions() == [])
        client.pass()
        #expect(client.actions() == [.append(.user("hello"))])
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions() == [.tell("")])
    }

    @Test func theClientsHistoryReachesTheMindInOrder() {
        let client = Self.begun()
        for (role, text) in [("system", "s"), ("user", "u"), ("assistant", "a"), ("user", "now")] {
            create(client, #"{"type":"message","role":"\#(role)","content":[{"type":"text","text":"\#(text)"}]}"#)
        }
        create(client, #"{"type":"function_call","call_id":"old","name":"f","arguments":"{}"}"#)
        output(client, of: "old")
        #expect(
            client.actions() == [
                .append(.system("s")), .append(.user("u")), .append(.assistant("a")), .append(.user("now")),
                .append(.call(ToolCall(id: "old", name: "f", arguments: "{}"))),
                .append(.result(ToolResult(id: "old", output: "rain"))),
            ])
    }

    // MARK: Responses

    @Test func aResponseMayHaveItsOwnInstructions() {
        let client = Self.begun()
        update(client, #"{"instructions":"Be brief.","tools":[\#(Self.weather)]}"#)
        _ = client.actions()
        client.send(#"{"type":"response.create","response":{"instructions":"Greet.","tool_choice":"none"}}"#)
        let own = MindSetup(instructions: "Greet.", tools: [Self.tool], toolChoice: .none)
        #expect(client.actions() == [.configure(own), .tell("")])
        // What is set meanwhile holds from the next response on.
        update(client, #"{"instructions":"Be long."}"#)
        #expect(client.actions() == [])
        client.answer("hello")
        #expect(client.actions() == [.configure(MindSetup(instructions: "Be long.", tools: [Self.tool]))])
        client.send(#"{"type":"response.create","response":{"tools":[{"type":"mcp"}]}}"#)
        #expect(error(client).param == "response.tools[0].type")
    }

    @Test func whatWasSaidIsNotToldTwice() {
        let client = Self.begun()
        update(client, #"{"audio":{"input":{"turn_detection":{"type":"server_vad","create_response":false}}}}"#)
        client.user("what", "time")
        client.pass()
        _ = client.actions()
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions() == [.tell("")])
    }

    @Test func aMindMayTakeLongerThanAModel() {
        let client = Self.begun()
        client.send(#"{"type":"response.create"}"#)
        client.pass(240)
        #expect(!client.types().contains("response.done"))
        client.pass(20)
        #expect(field(client.events().last, "response.status") == "completed")
    }

    @Test func aMindThatHasNothingToSayCompletesTheResponse() {
        let client = Self.begun()
        client.send(#"{"type":"response.create"}"#)
        client.encode(.info(code: ServerEvent.noAnswer, message: "", milliseconds: 0))
        client.pass(1)
        let done = client.events().last
        #expect(field(done, "type") == "response.done" && field(done, "response.status") == "completed")
        #expect(field(done, "response.output.0.id") == nil)
    }

    @Test func aMindThatFailsIsAResponseThatFailed() {
        let client = Self.begun()
        client.encode(.info(code: ServerEvent.mindFailed, message: "It is gone.", milliseconds: 0))
        client.answer("sorry")
        let done = client.events().last
        #expect(field(done, "response.status") == "failed")
        #expect(field(done, "response.status_details.error.code") == "mind_failed")
        #expect(field(done, "response.status_details.error.message") == "It is gone.")
        #expect(field(done, "response.output.0.content.0.transcript") == "sorry")
        client.encode(.info(code: ServerEvent.mindFailed, message: "It is gone.", milliseconds: 0))
        client.pass(27)
        #expect(field(client.events().last, "response.status") == "failed")
    }
}

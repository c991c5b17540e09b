// OpenAI's Live protocol with a mind: instructions, context, and work that is delegated.

import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct LiveMindTests {
    /// A client whose session has begun.
    private final class Client {
        let wire = LiveProtocol(.standard)
        private(set) var actions: [ClientAction] = []
        private var told: [[String: Any]] = []

        init(_ session: String = "{}", mind: Bool = true) {
            var request = UpgradeRequest(path: "/v1/live/sessions")
            request.hasMind = mind
            _ = wire.opened(request)
            send(#"{"type":"session.start","session":\#(session)}"#)
            encode(.started(id: "duet_1", model: "mini"))
        }

        func send(_ text: String) {
            for action in wire.received(text: text) {
                if let message = action.reply { read(message) } else { actions.append(action) }
            }
        }

        func encode(_ event: ServerEvent) { for message in wire.encode(event) { read(message) } }
        func pass() { encode(.audio(Array(repeating: 0, count: 1280))) }

        private func read(_ message: WireMessage) {
            guard case .text(let text) = message,
                let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            else { return }
            told.append(event)
        }

        /// Events and actions since the last call.
        func events() -> [[String: Any]] {
            defer { told = [] }
            return told.filter { $0["type"] as? String != "session.output_audio.delta" }
        }
        func asked() -> [ClientAction] {
            defer { actions = [] }
            return actions
        }

        /// The types, with those in envelopes.
        func types() -> [String] {
            events().map { event in field(event, "event.type") ?? field(event, "type") ?? "" }
        }

        func errorCode() -> (code: String?, param: String?) {
            let event = events().first { $0["type"] as? String == "error" }
            return (field(event, "error.code"), field(event, "error.param"))
        }
    }

    private static let weather = #"{"type":"function","name":"get_weather","parameters":{"type":"object"}}"#
    private static let tool = Tool(name: "get_weather", description: "", parameters: #"{"type":"object"}"#)

    private static func responses(_ more: String = "") -> Client {
        let client = Client(
            #"{"instructions":"Be brief.","delegation":{"type":"responses","responses":{"model":"b","instructions":"Look it up.","tools":[\#(weather)]\#(more)}}}"#
        )
        (_, _) = (client.events(), client.asked())
        return client
    }

    private static func call(_ id: String) -> ServerEvent {
        .call(ToolCall(id: id, name: "get_weather", arguments: #"{"city":"Oslo"}"#), at: 240)
    }

    private func output(_ client: Client, of id: String) {
        client.send(
            #"{"type":"response.item.create","item":{"type":"function_call_output","call_id":"\#(id)","output":"rain \#(id)"}}"#
        )
    }

    // MARK: Settings and context

    @Test func theStartConfiguresTheMindAndBringsAHistory() {
        let client = Client(
            #"{"instructions":"Be brief.","input":[{"type":"message","role":"developer","content":[{"type":"input_text","text":"d"}]},{"role":"user","content":[{"type":"input_text","text":"u"}]},{"role":"assistant","content":[{"type":"output_text","text":"a"}]}]}"#
        )
        #expect(
            client.asked() == [
                .start(seed: 0), .configure(MindSetup(instructions: "Be brief.")), .append(.system("d")),
                .append(.user("u")), .append(.assistant("a")),
            ])
        #expect(field(client.events().last, "session.instructions") == "Be brief.")
        client.send(#"{"type":"session.update","session":{"instructions":"Be long."}}"#)
        #expect(client.asked() == [.configure(MindSetup(instructions: "Be long."))])
    }

    @Test func contextReachesTheMind() {
        let client = Client(#"{"instructions":"Be brief."}"#)
        (_, _) = (client.events(), client.asked())
        client.send(#"{"type":"session.instructions.append","content":"No jokes.","delegation_id":null}"#)
        #expect(client.asked() == [.configure(MindSetup(instructions: "Be brief.\n\nNo jokes."))])
        client.send(#"{"type":"session.thinking.append","content":"It rains.","delegation_id":null}"#)
        #expect(client.asked() == [.append(.system("It rains."))])
        client.send(#"{"type":"session.commentary.append","content":"Greet.","delegation_id":null}"#)
        let ask = "Speak to the user now. What to say, or an instruction for it:\nGreet."
        #expect(client.asked() == [.append(.system(ask)), .tell("")])
        #expect(
            client.types() == [
                "session.instructions.appended", "session.thinking.appended", "session.commentary.appended",
            ])
    }

    @Test func appendedInstructionsHaveALimit() {
        let client = Client(), text = String(repeating: "x", count: 4000)
        (_, _) = (client.events(), client.asked())
        for _ in 0..<16 { client.send(#"{"type":"session.instructions.append","content":"\#(text)"}"#) }
        #expect(client.asked().count == 16)
        client.send(#"{"type":"session.instructions.append","content":"\#(text)"}"#)
        #expect(client.asked().isEmpty && client.errorCode() == ("invalid_value", "content"))
    }

    @Test func withoutAMindNothingIsFollowed() {
        let client = Client(#"{"instructions":"Be brief."}"#, mind: false)
        client.send(#"{"type":"session.thinking.append","content":"x"}"#)
        client.send(#"{"type":"session.commentary.append","content":"x"}"#)
        #expect(client.asked() == [.start(seed: 0), .say("x")])
        client.send(#"{"type":"session.update","session":{"delegation":{"type":"responses"}}}"#)
        #expect(client.errorCode() == ("unsupported_value", "session.delegation.type"))
        client.send(#"{"type":"response.create"}"#)
        #expect(client.errorCode() == ("unsupported_event", "type"))
    }

    // MARK: Delegation to responses

    @Test func theBackendsSettingsAreTheMinds() {
        let client = Client(
            #"{"instructions":"Be brief.","delegation":{"type":"responses","responses":{"model":"b","instructions":"Look it up.","tools":[\#(Self.weather)]}}}"#
        )
        var setup = MindSetup(instructions: "Be brief.\n\nLook it up.", tools: [Self.tool])
        #expect(client.asked() == [.start(seed: 0), .configure(setup)])
        client.send(
            #"{"type":"session.update","session":{"delegation":{"type":"responses","responses":{"tool_choice":"required"}}}}"#
        )
        setup.toolChoice = .required
        #expect(client.asked() == [.configure(setup)])
        let updated = client.events().last
        #expect(field(updated, "session.delegation.responses.model") == "b")
        #expect(field(updated, "session.delegation.responses.tools.0.name") == "get_weather")
        #expect(field(updated, "session.delegation.responses.tool_choice") == "required")
    }

    @Test(arguments: [
        (#"{"type":"decisions"}"#, "unsupported_value", "session.delegation.type"),
        (
            #"{"type":"responses","responses":{"tools":[{"type":"web_search"}]}}"#, "unsupported_value",
            "session.delegation.responses.tools[0].type"
        ),
        (
            #"{"type":"responses","responses":{"tools":[{"type":"function","name":"a b"}]}}"#, "invalid_value",
            "session.delegation.responses.tools[0].name"
        ),
        (#"{"type":"responses","responses":7}"#, "invalid_value", "session.delegation.responses"),
    ]) func whatCannotBeDelegatedIsRefused(_ delegation: String, _ code: String, _ param: String) {
        let client = Client()
        (_, _) = (client.events(), client.asked())
        client.send(#"{"type":"session.update","session":{"delegation":\#(delegation)}}"#)
        #expect(client.errorCode() == (code, param))
        #expect(client.asked().isEmpty)
    }

    @Test func callsAreTheItemsOfAResponse() {
        let client = Self.responses()
        client.encode(Self.call("a"))
        client.encode(Self.call("b"))
        client.pass()
        let events = client.events(), created = events.first
        #expect(field(created, "type") == "session.delegation.created" && field(created, "offset_ms") == 240)
        #expect(field(created, "delegation.target") == "responses")
        let id: String? = field(created, "delegation.id")
        #expect(events.dropFirst().allSatisfy { $0["delegation_id"] as? String == id })
        #expect(
            events.dropFirst().map { field($0, "event.type") } == [
                "response.created", "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done", "response.output_item.added",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done", "response.completed",
            ])
        #expect(field(events[5], "event.item.status") == "completed" && field(events[5], "event.item.call_id") == "a")
        #expect(field(events[5], "event.item.arguments") == #"{"city":"Oslo"}"#)
        #expect(field(events[9], "event.output_index") == 1)
        #expect(field(events[10], "event.response.id", as: String.self) == field(created, "delegation.response_id"))
        client.pass()
        #expect(client.types() == [])
    }

    @Test func resultsAreSpokenOfOnceAllAreThere() {
        let client = Self.responses()
        client.encode(Self.call("a"))
        client.encode(Self.call("b"))
        client.pass()
        output(client, of: "a")
        _ = client.events()
        client.send(#"{"type":"response.create"}"#)
        #expect(client.errorCode().code == "missing_tool_output")
        output(client, of: "a")
        #expect(client.errorCode() == ("invalid_tool_call_id", "item.call_id"))
        output(client, of: "c")
        #expect(client.errorCode() == ("invalid_tool_call_id", "item.call_id"))
        output(client, of: "b")
        #expect(client.asked().isEmpty)
        client.send(#"{"type":"response.create"}"#)
        #expect(
            client.asked() == [
                .result(ToolResult(id: "a", output: "rain a"), answers: true),
                .result(ToolResult(id: "b", output: "rain b"), answers: true),
            ])
        // Another one is asked for by the client itself.
        client.send(#"{"type":"response.item.create","item":{"role":"user","content":[{"text":"hello"}]}}"#)
        client.send(#"{"type":"response.create"}"#)
        #expect(client.asked() == [.append(.user("hello")), .tell("")])
        #expect(client.types() == [])
    }

    // MARK: Delegation to the client

    @Test func workIsHandedToTheClientAndItsCommentaryIsTheResult() {
        let client = Client(#"{"delegation":{"type":"client"}}"#)
        guard case .configure(let setup)? = client.asked().last else { return #expect(Bool(false)) }
        #expect(setup.tools.map(\.name) == ["delegate"])
        _ = client.events()
        client.encode(.call(ToolCall(id: "x", name: "delegate", arguments: "{}"), at: 80))
        client.pass()
        let events = client.events(), id: String = field(events.first, "delegation.id") ?? ""
        #expect(events.count == 1 && field(events.first, "delegation.target") == "client")
        client.send(#"{"type":"session.thinking.append","content":"hm","delegation_id":"\#(id)"}"#)
        client.send(#"{"type":"session.commentary.append","content":"rain","delegation_id":"\#(id)"}"#)
        #expect(
            client.asked() == [.append(.system("hm")), .result(ToolResult(id: "x", output: "rain"), answers: true)])
        client.send(#"{"type":"session.commentary.append","content":"snow","delegation_id":"\#(id)"}"#)
        #expect(client.asked().last == .tell(""))
        client.send(#"{"type":"response.create"}"#)
        #expect(client.errorCode().code == "unsupported_event")
    }

    @Test func aMindThatFailsIsAnError() {
        let client = Client()
        _ = client.events()
        client.encode(.info(code: ServerEvent.mindFailed, message: "It is gone.", milliseconds: 0))
        let event = client.events().first
        #expect(field(event, "error.code") == "mind_failed" && field(event, "error.type") == "server_error")
    }
}

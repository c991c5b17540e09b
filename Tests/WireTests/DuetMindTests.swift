// The native protocol with a mind: instructions, history and tools.

import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct DuetMindTests {
    private static let tool = Tool(name: "get_weather", description: "", parameters: #"{"type":"object"}"#)
    private static let weather = #"{"name":"get_weather","parameters":{"type":"object"}}"#

    /// A session that has begun, and what its start asked for.
    private static func begun(_ session: String = "{}", mind: Bool = true) -> (wire: DuetProtocol, [ClientAction]) {
        let wire = DuetProtocol(.standard)
        var request = UpgradeRequest(path: "/v1/duplex")
        request.hasMind = mind
        _ = wire.opened(request)
        return (wire, wire.received(text: #"{"type":"session.start","session":\#(session)}"#))
    }

    private func replies(_ actions: [ClientAction]) -> [[String: Any]] {
        DuetClient.objects(actions.compactMap(\.reply))
    }

    @Test func theStartConfiguresTheMind() {
        let (wire, actions) = Self.begun(
            #"{"instructions":"Be brief.","tools":[\#(Self.weather)],"tool_choice":"none"}"#)
        var setup = MindSetup(instructions: "Be brief.", tools: [Self.tool], toolChoice: .none)
        #expect(actions == [.start(seed: 0), .configure(setup)])
        let update = wire.received(text: #"{"type":"session.update","session":{"tool_choice":"auto"}}"#)
        setup.toolChoice = .auto
        #expect(update.first == .configure(setup))
        let updated = replies(update).first
        #expect(field(updated, "type") == "session.updated" && field(updated, "session.instructions") == "Be brief.")
        #expect(field(updated, "session.tools.0") == "get_weather" && field(updated, "session.tool_choice") == "auto")
        #expect(wire.received(text: #"{"type":"session.update","session":{}}"#).count == 1, "nothing has changed")
    }

    @Test func withoutSettingsTheMindKeepsItsOwn() { #expect(Self.begun().1 == [.start(seed: 0)]) }

    @Test func historyAndResultsReachTheMind() {
        let (wire, _) = Self.begun()
        for (role, message) in [
            ("system", MindMessage.system("hi")), ("user", .user("hi")), ("assistant", .assistant("hi")),
        ] {
            let text = #"{"type":"session.context.append","role":"\#(role)","text":"hi"}"#
            #expect(wire.received(text: text) == [.append(message)])
        }
        let result = wire.received(text: #"{"type":"session.tool.result","call_id":"c","output":"rain"}"#)
        #expect(result == [.result(ToolResult(id: "c", output: "rain"), answers: true)])
    }

    @Test func aCallIsAnEvent() {
        let (wire, _) = Self.begun()
        let messages = wire.encode(.call(ToolCall(id: "c", name: "f", arguments: "{}"), at: 80))
        let event = DuetClient.objects(messages).first
        #expect(field(event, "type") == "session.tool.call" && field(event, "call_id") == "c")
        #expect(field(event, "arguments") == "{}" && field(event, "at_ms") == 80)
    }

    @Test(arguments: [
        (#"{"type":"session.update"}"#, "session"),
        (#"{"type":"session.update","session":{"tools":{}}}"#, "session.tools"),
        (#"{"type":"session.update","session":{"tools":[{"type":"mcp"}]}}"#, "session.tools[0].type"),
        (#"{"type":"session.context.append","role":"user"}"#, "text"),
        (#"{"type":"session.context.append","text":"x"}"#, "role"),
        (#"{"type":"session.context.append","role":"tool","text":"x"}"#, "role"),
        (#"{"type":"session.tool.result","output":"x"}"#, "call_id"),
        (#"{"type":"session.tool.result","call_id":"c"}"#, "output"),
        (#"{"type":"session.tool.result","call_id":"c","output":{}}"#, "output"),
    ]) func whatIsMissingIsNamed(_ text: String, _ param: String) {
        let (wire, _) = Self.begun(), actions = wire.received(text: text)
        #expect(actions.count == 1 && field(replies(actions).first, "error.param") == param)
    }

    @Test func outputsHaveALimit() {
        let (wire, _) = Self.begun(), most = ToolFields.outputBytesMax
        for (count, isTaken) in [(most, true), (most + 1, false)] {
            let output = String(repeating: "x", count: count)
            let actions = wire.received(text: #"{"type":"session.tool.result","call_id":"c","output":"\#(output)"}"#)
            #expect(replies(actions).isEmpty == isTaken)
        }
    }

    @Test func withoutAMindTheClientIsToldSo() {
        let (wire, actions) = Self.begun(#"{"instructions":"Be brief."}"#, mind: false)
        #expect(actions == [.start(seed: 0)])
        for text in [
            #"{"type":"session.update","session":{"instructions":"x"}}"#,
            #"{"type":"session.context.append","role":"user","text":"x"}"#,
            #"{"type":"session.tool.result","call_id":"c","output":"x"}"#,
        ] { #expect(field(replies(wire.received(text: text)).first, "code") == "not_followed") }
    }
}

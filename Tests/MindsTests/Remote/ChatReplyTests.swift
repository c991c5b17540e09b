// Answers as servers send them, streamed and whole.

import Basics
import Dialogue
import Testing

@testable import Minds

@Suite struct ChatReplyTests {
    private typealias Result = (parts: [ReplyPart], failure: MindFailure.Kind?)

    /// What an answer says, however its body is cut, neighbouring words joined.
    private func read(_ body: String, pieces: Int = .max, closes: Bool = true) -> Result {
        var reply = ChatReply(), parts: [ReplyPart] = [], rest = Array(body.utf8)[...]
        do throws(MindFailure) {
            while !rest.isEmpty {
                try reply.read(rest.prefix(pieces), into: &parts)
                rest = rest.dropFirst(pieces)
            }
            if closes { try reply.close(into: &parts) }
        } catch { return (Self.joined(parts), error.kind) }
        return (Self.joined(parts), nil)
    }

    private static func joined(_ parts: [ReplyPart]) -> [ReplyPart] {
        parts.reduce(into: []) { joined, part in
            if case .words(let more) = part, case .words(let words)? = joined.last {
                joined[joined.count - 1] = .words(words + more)
            } else {
                joined.append(part)
            }
        }
    }

    private func expect(
        _ body: String, _ parts: [ReplyPart], fails: MindFailure.Kind? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for pieces in [1, 7, 64, .max] {
            let result = read(body, pieces: pieces)
            #expect(result.parts == parts, "by \(pieces)", sourceLocation: sourceLocation)
            #expect(result.failure == fails, "by \(pieces)", sourceLocation: sourceLocation)
        }
    }

    @Test func wordsComeInPiecesAndEndOnce() {
        let body = Chat.events(["Hello", ",", " you", "."]) + Chat.finish("stop") + Chat.usage + Chat.done
        expect(body, [.words("Hello, you."), .end(.complete)])
    }

    @Test func theEndIsToldAtTheReasonAndNotOnlyAtDone() {
        #expect(
            read(Chat.events(["Hi"]) + Chat.finish("length"), closes: false).parts == [.words("Hi"), .end(.complete)])
        #expect(read(Chat.events(["Hi"]) + Chat.done, closes: false).parts == [.words("Hi"), .end(.complete)])
    }

    @Test func whatIsNotForUsIsSkipped() {
        let odd = [
            #"{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"hmm"}}],"system_fingerprint":"x"}"#,
            #"{"choices":[{"index":1,"delta":{"content":"another choice"}}]}"#,
            #"{"choices":null,"usage":{"total_tokens":3}}"#,
            #"{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Hi."}]},"logprobs":null,"finish_reason":null}]}"#,
        ]
        let body = ": ping\n\n" + odd.map { "data: \($0)\n\n" }.joined() + Chat.finish("stop") + Chat.done
        expect(body, [.words("Hi."), .end(.complete)])
    }

    @Test func toolCallsAreAssembled() {
        let body =
            Chat.events(["One moment."])
            + Chat.call(0, name: "weather", #""#) + Chat.call(0, #"{"city":"#) + Chat.call(0, #""Rome"}"#)
            + Chat.call(1, name: "time", "") + Chat.finish("tool_calls") + Chat.done
        expect(
            body,
            [
                .words("One moment."), .call(name: "weather", arguments: #"{"city":"Rome"}"#),
                .call(name: "time", arguments: "{}"), .end(.calls),
            ])
    }

    @Test func callsWithoutAnIndexAreToldApartByTheirNames() {
        func piece(_ function: String) -> String {
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\(function)}}]}}]}\n\n"
        }
        let body =
            piece(#""name":"a","arguments":"{\"x\":""#) + piece(#""arguments":"1}""#)
            + piece(#""name":"b","arguments":{"y":2}"#)
            + Chat.finish("stop")
        expect(
            body, [.call(name: "a", arguments: #"{"x":1}"#), .call(name: "b", arguments: #"{"y":2}"#), .end(.calls)])
    }

    /// llama-cpp-python does so.
    @Test func aNameMayComeWithEveryPiece() {
        let pieces = [#"{"city":"#, #""Rome"}"#].map { Chat.call(0, name: "weather", $0) }.joined()
        expect(
            pieces + Chat.finish("tool_calls"), [.call(name: "weather", arguments: #"{"city":"Rome"}"#), .end(.calls)])
        let noIndex = [#"{"x":"#, "1}"].map {
            "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"a\",\"arguments\":\"\($0.replacing("\"", with: "\\\""))\"}}]}}]}\n\n"
        }.joined()
        expect(noIndex + Chat.finish("tool_calls"), [.call(name: "a", arguments: #"{"x":1}"#), .end(.calls)])
    }

    @Test func argumentsMustBeAnObject() {
        for arguments in [#"{"city":"#, "Rome", "[1]"] {
            expect(Chat.call(0, name: "weather", arguments) + Chat.finish("tool_calls"), [], fails: .malformed)
        }
    }

    @Test func anAnswerInOneObjectIsAnAnswer() {
        let answer =
            #"{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}]}"#
        expect("\n " + answer + "\n", [.words("Hi."), .end(.complete)])
        let call = #"{"choices":[{"message":{"tool_calls":[{"id":"1","function":{"name":"a","arguments":"{}"}}]}}]}"#
        expect(call, [.call(name: "a", arguments: "{}"), .end(.calls)])
        expect(#"{"error":{"message":"no","code":401}}"#, [], fails: .refused)
        expect(#"{"answer":"Hi."}"#, [], fails: .malformed)
        expect(#"{"choices":["#, [], fails: .malformed)
    }

    @Test func onlyWhitespaceMayComeBeforeTheObject() {
        let body = #"{"choices":[{"index":0,"message":{"content":"Hi."},"finish_reason":"stop"}]}"#
        expect(" \r\n\t" + body, [.words("Hi."), .end(.complete)])
        expect("\0" + body, [], fails: .malformed)
    }

    @Test func marksEndTheAnswer() {
        expect(Chat.events(["<id", "le>"]) + Chat.finish("stop"), [.end(.idle)])
        expect(Chat.events(["It is five. <resume>"]) + Chat.finish("stop"), [.words("It is five."), .end(.resume)])
    }

    @Test func aStreamThatStopsInTheMiddleIsNoAnswer() {
        expect(Chat.events(["Hello", " yo"]), [.words("Hello yo")], fails: .unreachable)
        expect(Chat.events(["Hello"]) + #"data: {"choices":[{"delta":{"con"#, [.words("Hello")], fails: .unreachable)
        expect("", [], fails: .malformed)
        expect("<html>Welcome</html>\n", [], fails: .malformed)
    }

    @Test func nonsenseIsRefusedAfterTheWordsThatCame() {
        expect(Chat.events(["Hello"]) + "data: nonsense\n\n" + Chat.events(["x"]), [.words("Hello")], fails: .malformed)
        expect(Chat.events(["Hello"]) + "data: {\"error\":\"overloaded\"}\n\n", [.words("Hello")], fails: .refused)
        expect("data: {\"error\":{\"message\":\"down\",\"code\":503}}\n\n", [], fails: .unreachable)
        expect(Chat.finish("content_filter"), [], fails: .refused)
    }

    @Test func anAnswerHasALimit() {
        let kilobyte = String(repeating: "x", count: 1024), all = Array(repeating: kilobyte, count: 64)
        #expect(read(Chat.events(all) + Chat.finish("stop")).failure == nil)
        #expect(read(Chat.events(all + ["y"]) + Chat.finish("stop")).failure == .malformed)
        #expect(read(Chat.call(0, name: "", kilobyte + all.joined())).failure == .malformed)
    }

    @Test func toolCallsHaveALimit() {
        let calls = (0..<ChatReply.callsMax).map { Chat.call($0, name: "a", "") }.joined()
        #expect(read(calls + Chat.finish("stop")).failure == nil)
        #expect(read(calls + Chat.call(99, name: "a", "") + Chat.finish("stop")).failure == .malformed)
    }

    @Test func whatFollowsTheEndIsNotRead() {
        expect(
            Chat.events(["Hi"]) + Chat.finish("stop") + "data: nonsense\n\n" + Chat.events(["x"]),
            [.words("Hi"), .end(.complete)])
    }
}

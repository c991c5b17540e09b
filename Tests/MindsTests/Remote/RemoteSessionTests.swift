// A session with a remote mind in virtual time: requests, retries, timeouts, cancellation.

import Basics
import Dialogue
import Testing

@testable import Minds

@Suite struct RemoteSessionTests {
    /// A session, its clock, and the latest transfer.
    private struct Talk {
        var session: RemoteSession
        var now = Instant.zero
        var bodies: [String] = []
        var transfer: Int { bodies.count }

        init(_ change: (inout RemoteMindOptions) -> Void = { _ in }) throws {
            var options = try RemoteMindOptions(address: "http://host/v1", model: "m")
            change(&options)
            session = RemoteSession(options)
        }

        private mutating func did(_ actions: [RemoteAction]) -> [RemoteAction] {
            for case .send(let transfer, let body) in actions {
                bodies.append(body)
                #expect(transfer == bodies.count)
            }
            return actions
        }

        mutating func take(_ requests: MindRequest...) -> [RemoteAction] {
            requests.flatMap { did(session.take($0, at: now)) }
        }
        mutating func get(_ body: String, status: Int = 200, of transfer: Int? = nil) -> [RemoteAction] {
            did(session.received(Array(body.utf8), status: status, of: transfer ?? self.transfer, at: now))
        }
        mutating func end(_ end: TransferEnd, of transfer: Int? = nil) -> [RemoteAction] {
            did(session.ended(end, of: transfer ?? self.transfer, at: now))
        }
        /// Waits, and acts on the deadlines that pass.
        mutating func wait(milliseconds: Int64) -> [RemoteAction] {
            let until = now.advanced(milliseconds: milliseconds)
            var actions: [RemoteAction] = []
            while let deadline = session.deadline, deadline <= until {
                now = max(now, deadline)
                actions += did(session.tick(at: now))
            }
            now = until
            return actions
        }
    }

    @Test func wordsThatReplaceOthersAreWhatIsSent() throws {
        var talk = try Talk()
        _ = talk.take(.configure(MindSetup()), .rehear("what they"), .rehear("what day is it"))
        _ = talk.take(.answer(1, isProvisional: true), .rollback(1), .rehear("what day is it then"))
        _ = talk.take(.answer(2, isProvisional: false))
        #expect(talk.bodies.last?.contains("what day is it then") == true)
        #expect(talk.bodies.last?.contains("what they") == false)
    }

    private static func failures(_ actions: [RemoteAction]) -> [MindFailure.Kind] {
        actions.compactMap { if case .tell(.failed(_, let failure)) = $0 { failure.kind } else { nil } }
    }

    private static func isSent(_ actions: [RemoteAction]) -> Bool {
        actions.contains { if case .send = $0 { true } else { false } }
    }

    private let ok = TransferEnd.complete(status: 200, retryAfterSeconds: 0)

    // MARK: One request a turn

    @Test func aTurnIsAnsweredByOneRequest() throws {
        var talk = try Talk()
        #expect(
            talk.take(.configure(MindSetup(instructions: "Be kind.")), .hear("hello"), .hear(" there"), .probe(1))
                .isEmpty)
        #expect(Self.isSent(talk.take(.answer(1, isProvisional: false))))
        #expect(
            talk.bodies[0].contains(
                #""messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"hello there"}]"#))
        #expect(
            talk.get(Chat.events(["Hi", " you."])) == [
                .tell(.words(answer: 1, "Hi")), .tell(.words(answer: 1, " you.")),
            ])
        #expect(talk.get(Chat.finish("stop")) == [.release(transfer: 1), .tell(.end(answer: 1, .complete))])
        #expect(talk.get(Chat.done).isEmpty)
        #expect(talk.end(ok).isEmpty)
        #expect(talk.session.deadline == nil)
        #expect(talk.session.history.entries == [.user("hello there"), .assistant("Hi you.", calls: [])])
    }

    @Test func aProvisionalAnswerIsAskedForOnceItStands() throws {
        var talk = try Talk()
        #expect(talk.take(.hear("hello"), .answer(1, isProvisional: true)).isEmpty)
        #expect(talk.take(.rollback(1), .hear(" there"), .answer(2, isProvisional: true)).isEmpty)
        #expect(Self.isSent(talk.take(.commit(2))))
        #expect(talk.take(.commit(2)).isEmpty)
        #expect(talk.bodies[0].contains("hello there"))
    }

    @Test func aSpeculativeAnswerIsAskedForAtOnce() throws {
        var talk = try Talk { $0.speculates = true }
        #expect(Self.isSent(talk.take(.hear("hello"), .answer(1, isProvisional: true))))
        _ = talk.get(Chat.events(["Hi"]))
        #expect(talk.take(.commit(1)).isEmpty)
        #expect(talk.get(Chat.finish("stop")) == [.release(transfer: 1), .tell(.end(answer: 1, .complete))])
        #expect(talk.bodies.count == 1)
        // Whether the turn is over it does not know.
        guard case .tell(.likelihood(probe: 1, let value))? = talk.take(.probe(1)).first else {
            Issue.record("a probe is not answered")
            return
        }
        #expect(value.isNaN)
    }

    /// How far an answer has come when it is rolled back.
    enum Stage: CaseIterable { case waiting, provisional, committed, asked, complete }

    /// Bit for bit as if it had never begun.
    @Test(arguments: Stage.allCases) func aRollbackLeavesNoTrace(_ stage: Stage) throws {
        let setup = MindSetup(tools: [Tool(name: "weather", description: "", parameters: "")])
        let call = ToolCall(id: "7", name: "weather", arguments: "{}")
        var talks = try (0..<2).map { _ in try Talk { $0.speculates = stage == .provisional } }
        for i in talks.indices {
            _ = talks[i].take(.configure(setup), .append(.user("typed")), .append(.call(call)), .hear("what is"))
            if i == 1 {
                _ = talks[i].take(.answer(1, isProvisional: stage != .asked && stage != .complete))
                if stage == .committed { _ = talks[i].take(.commit(1)) }
                _ = talks[i].get(Chat.events(["It", " is"]))
                if stage == .complete { _ = talks[i].get(Chat.call(0, name: "weather", "{}") + Chat.finish("stop")) }
            }
            _ = talks[i].take(
                .result(ToolResult(id: "7", output: "sunny")), .append(.system("late")), .hear(" the time"))
            guard i == 1 else { continue }
            let actions = talks[i].take(.rollback(1))
            #expect(actions == (stage == .waiting || stage == .complete ? [] : [.close(transfer: 1)]))
            #expect(talks[i].get(Chat.events([" five."])).isEmpty)
        }
        #expect(talks[0].session.history == talks[1].session.history)
        for i in talks.indices { _ = talks[i].take(.answer(2, isProvisional: false)) }
        #expect(talks[0].bodies.last == talks[1].bodies.last)
        #expect(talks[0].bodies.count == 1)
    }

    @Test func aRollbackIsPossibleForAWhile() throws {
        for (count, isPossible) in [(RemoteSession.undoRequestsMax, true), (RemoteSession.undoRequestsMax + 1, false)] {
            var talk = try Talk()
            _ = talk.take(.hear("a"), .answer(1, isProvisional: false))
            for _ in 0..<count { _ = talk.take(.hear(" b")) }
            #expect(talk.take(.rollback(1)).isEmpty != isPossible)
        }
    }

    @Test func oldAnswersAreIgnored() throws {
        var talk = try Talk()
        _ = talk.take(.hear("a"), .answer(2, isProvisional: false))
        #expect(talk.take(.answer(1, isProvisional: false), .answer(2, isProvisional: false)).isEmpty)
        #expect(talk.take(.cut(1, heard: "x"), .rollback(1), .commit(1)).isEmpty)
        #expect(talk.take(.hear("b"), .answer(3, isProvisional: false)).first == .close(transfer: 1))
        #expect(talk.get(Chat.events(["late"]), of: 1).isEmpty)
        #expect(talk.end(.brokeOff, of: 1).isEmpty)
    }

    // MARK: Cancellation

    @Test func aCutClosesTheStreamAtOnce() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        _ = talk.get(Chat.events(["Hello", " to", " you"]))
        #expect(talk.take(.cut(1, heard: "Hello to")) == [.close(transfer: 1)])
        #expect(talk.session.deadline == nil)
        _ = talk.take(.hear("stop"), .answer(2, isProvisional: false))
        #expect(
            talk.bodies[1].contains(#"{"role":"assistant","content":"Hello to"},{"role":"user","content":"stop"}]"#))
    }

    @Test func aCutAfterTheEndShortensTheHistoryAlone() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        _ = talk.get(Chat.answer(["Hello", " to", " you"]))
        #expect(talk.take(.cut(1, heard: "Hello")).isEmpty)
        #expect(talk.session.history.entries.last == .assistant("Hello", calls: []))
    }

    @Test func closingASessionClosesItsStream() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        #expect(talk.take(.close) == [.close(transfer: 1)])
    }

    // MARK: Tools

    @Test func aCallGetsItsOwnIdAndItsResultIsSent() throws {
        var talk = try Talk()
        _ = talk.take(
            .configure(MindSetup(tools: [Tool(name: "weather", description: "", parameters: "")])), .hear("weather?"))
        _ = talk.take(.answer(1, isProvisional: false))
        let call = ToolCall(id: "call00001", name: "weather", arguments: #"{"city":"Rome"}"#)
        let actions = talk.get(Chat.call(0, name: "weather", call.arguments) + Chat.finish("tool_calls"))
        #expect(actions == [.tell(.call(answer: 1, call)), .release(transfer: 1), .tell(.end(answer: 1, .calls))])
        _ = talk.take(.result(ToolResult(id: "call00001", output: "sunny")), .answer(2, isProvisional: false))
        #expect(talk.bodies[1].contains(#"{"role":"tool","tool_call_id":"call00001","content":"sunny"}]"#))
    }

    @Test func aToolThatNobodyOfferedIsNotCalled() throws {
        var talk = try Talk()
        _ = talk.take(.hear("weather?"), .answer(1, isProvisional: false))
        let actions = talk.get(Chat.call(0, name: "weather", "{}") + Chat.finish("tool_calls"))
        #expect(actions.first == .close(transfer: 1))
        #expect(Self.failures(actions) == [.malformed])
    }

    // MARK: A second try

    @Test(arguments: [
        TransferEnd.refused, .brokeOff, .complete(status: 503, retryAfterSeconds: 0),
        .complete(status: 500, retryAfterSeconds: 1),
        .complete(status: 502, retryAfterSeconds: 0), .complete(status: 504, retryAfterSeconds: 2),
        .complete(status: 429, retryAfterSeconds: 0), .complete(status: 429, retryAfterSeconds: 2),
    ]) func aPassingFailureIsTriedOnceMore(_ end: TransferEnd) throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        #expect(talk.end(end).isEmpty)
        var pause = Exchange.retryMilliseconds
        if case .complete(_, let seconds) = end, seconds > 0 { pause = Int64(seconds) * 1000 }
        #expect(talk.wait(milliseconds: pause - 1).isEmpty)
        #expect(Self.isSent(talk.wait(milliseconds: 1)))
        #expect(talk.bodies[0] == talk.bodies[1])
        #expect(talk.get(Chat.answer(["Hi"])).contains(.tell(.words(answer: 1, "Hi"))))
    }

    @Test func thereIsNoThirdTry() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        _ = talk.end(.refused)
        #expect(Self.isSent(talk.wait(milliseconds: 1000)))
        #expect(Self.failures(talk.end(.brokeOff)) == [.unreachable])
        #expect(talk.session.deadline == nil)
    }

    @Test func thereIsNoSecondTryAfterTheFirstWords() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        #expect(talk.get(Chat.events(["Hello"])).count == 1)
        #expect(Self.failures(talk.end(.brokeOff)) == [.unreachable])
        #expect(talk.wait(milliseconds: 60_000).isEmpty)
        #expect(talk.session.history.entries.last == .assistant("Hello", calls: []))
    }

    @Test func aLongPauseIsARefusal() throws {
        var talk = try Talk { $0.patienceMilliseconds = 1500 }
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        #expect(Self.failures(talk.end(.complete(status: 429, retryAfterSeconds: 2))) == [.refused])
    }

    @Test(arguments: [400, 401, 403, 404, 413, 301, 308]) func aRefusalIsTriedNoMore(_ status: Int) throws {
        var talk = try Talk { $0.key = try? MindKey("sk-abcdefgh1234") }
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        _ = talk.get(#"{"error":{"message":"Bad\u0007 key sk-abcdefgh1234.\nSorry."}}"#, status: status)
        let actions = talk.end(.complete(status: status, retryAfterSeconds: 0))
        guard case .tell(.failed(1, let failure))? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(failure.kind == .refused)
        #expect(
            failure.message.hasSuffix("Bad key … Sorry.") && failure.message.contains("(\(status))"),
            "\(failure.message)")
    }

    @Test func aFloodOfRefusalIsClosed() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        let actions = talk.get(String(repeating: "x", count: 100_000), status: 400)
        #expect(actions.first == .close(transfer: 1))
        #expect(Self.failures(actions) == [.refused])
    }

    // MARK: Time

    @Test func theFirstWordsHaveALimit() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        #expect(talk.wait(milliseconds: 10_000).isEmpty)
        // Signs of life are no words.
        _ = talk.get(": ping\n\n" + Chat.events([""]))
        #expect(talk.wait(milliseconds: 4999).isEmpty)
        let actions = talk.wait(milliseconds: 1)
        #expect(actions.first == .close(transfer: 1))
        #expect(Self.failures(actions) == [.timeout])
    }

    @Test func aSecondTryHasNoMoreTime() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        _ = talk.wait(milliseconds: 14_900)
        _ = talk.end(.brokeOff)
        #expect(Self.failures(talk.wait(milliseconds: 100)) == [.timeout])
        #expect(talk.bodies.count == 1)
    }

    @Test func eventsOfAnAnswerHaveALimitBetweenThem() throws {
        var talk = try Talk()
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        for _ in 0..<3 {
            _ = talk.get(Chat.events(["Hello "]))
            #expect(talk.wait(milliseconds: 9999).isEmpty)
        }
        _ = talk.get(": ping\n\n")
        #expect(Self.failures(talk.wait(milliseconds: 1)) == [.timeout])
    }

    @Test func anAnswerHasALimit() throws {
        var talk = try Talk { $0.answerMilliseconds = 30_000 }
        _ = talk.take(.hear("hello"), .answer(1, isProvisional: false))
        for _ in 0..<29 {
            _ = talk.get(Chat.events(["Hello "]))
            #expect(talk.wait(milliseconds: 1000).isEmpty)
        }
        _ = talk.get(Chat.events(["Hello "]))
        #expect(Self.failures(talk.wait(milliseconds: 1000)) == [.timeout])
    }
}

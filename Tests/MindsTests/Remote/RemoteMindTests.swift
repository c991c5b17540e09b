// A remote mind against a server that behaves, and one that does not.

import Basics
import Dialogue
import Glibc
import Synchronization
import Testing

@testable import Minds

@Suite(.timeLimit(.minutes(2))) struct RemoteMindTests {
    private func mind(
        _ server: ScriptedServer, _ change: (inout RemoteMindOptions) throws -> Void = { _ in }
    ) throws -> RemoteMind {
        var options = try RemoteMindOptions(address: server.base, model: "m")
        try change(&options)
        return try RemoteMind(options)
    }

    /// What one question gets from a server.
    private func ask(
        _ change: (inout RemoteMindOptions) throws -> Void = { _ in }, _ script: @escaping ScriptedServer.Script
    ) throws -> (talk: RemoteTalk, server: ScriptedServer) {
        let server = ScriptedServer(script).start()
        let talk = try RemoteTalk(mind(server, change))
        talk.ask("hello")
        return (talk, server)
    }

    // MARK: A server that behaves

    @Test func turnsShareAConnection() throws {
        let server = ScriptedServer { $0.answer(Chat.answer(["Answer", " \($0.number)."])) }.start()
        defer { server.stop() }
        let talk = try RemoteTalk(mind(server))
        for turn in 1...5 {
            talk.ask("question \(turn)", answer: turn)
            #expect(talk.end(turn) == .complete)
            #expect(talk.words(turn) == "Answer \(turn).")
        }
        #expect(server.connections == 1)
        #expect(server.requests.count == 5)
        #expect(server.requests[0].hasPrefix("POST /v1/chat/completions HTTP/1.1\r\n"))
        #expect(server.requests[0].hasSuffix(#"{"role":"user","content":"question 1"}],"stream":true}"#))
        #expect(
            server.requests[4].contains(
                #"{"role":"assistant","content":"Answer 4."},{"role":"user","content":"question 5"}"#))
    }

    @Test func eventsMayBeCutAtEveryByte() throws {
        let (talk, server) = try ask { exchange in
            exchange.send(ScriptedExchange.eventsHead)
            for byte in Chat.answer(["Hello", " there."]).utf8 {
                exchange.chunk(String(decoding: [byte], as: UTF8.self))
            }
            exchange.endChunks()
        }
        defer { server.stop() }
        #expect(talk.end() == .complete)
        #expect(talk.words() == "Hello there.")
    }

    @Test func anAnswerInOneObjectIsAnAnswer() throws {
        let (talk, server) = try ask {
            $0.respond(200, #"{"choices":[{"message":{"content":"Hello."},"finish_reason":"stop"}]}"#)
        }
        defer { server.stop() }
        #expect(talk.end() == .complete)
        #expect(talk.words() == "Hello.")
    }

    @Test func aToolIsCalledAndItsResultSpoken() throws {
        let server = ScriptedServer { exchange in
            let call =
                Chat.call(0, name: "weather", #"{"city""#) + Chat.call(0, #":"Rome"}"#) + Chat.finish("tool_calls")
            exchange.answer(exchange.request.contains("sunny") ? Chat.answer(["It is sunny."]) : call + Chat.done)
        }.start()
        defer { server.stop() }
        let talk = try RemoteTalk(
            mind(server), setup: MindSetup(tools: [Tool(name: "weather", description: "", parameters: "{}")]))
        talk.ask("weather in Rome")
        #expect(talk.end() == .calls)
        #expect(
            talk.events.first
                == .call(answer: 1, ToolCall(id: "call00001", name: "weather", arguments: #"{"city":"Rome"}"#)))
        talk.seat.take(.result(ToolResult(id: "call00001", output: "sunny")))
        talk.seat.take(.answer(2, isProvisional: false))
        #expect(talk.end(2) == .complete)
        #expect(talk.words(2) == "It is sunny.")
    }

    @Test func theKeyIsSentAndNotTold() throws {
        let (talk, server) = try ask {
            $0.key = try MindKey("sk-verysecret1")
        } _: {
            $0.respond(401, #"{"error":{"message":"Bad key sk-verysecret1."}}"#)
        }
        defer { server.stop() }
        let failure = try #require(talk.failure())
        #expect(server.requests[0].contains("\r\nAuthorization: Bearer sk-verysecret1\r\n"))
        #expect(failure.kind == .refused)
        #expect(failure.message.hasSuffix("(401): Bad key …"), "\(failure.message)")
    }

    @Test func manySessionsAreAnsweredAtOnce() throws {
        let server = ScriptedServer { exchange in
            exchange.send(ScriptedExchange.eventsHead)
            for word in 0..<5 {
                exchange.chunk(Chat.events([" w\(word)"]))
                exchange.pause(milliseconds: 10)
            }
            exchange.chunk(Chat.finish("stop") + Chat.done)
            exchange.endChunks()
        }.start()
        defer { server.stop() }
        let mind = try mind(server)
        let talks = try (0..<200).map { _ in try RemoteTalk(mind) }
        for talk in talks { talk.ask("hello") }
        for talk in talks {
            #expect(talk.end() == .complete)
            #expect(talk.words() == "w0 w1 w2 w3 w4")
        }
    }

    @Test func sessionsHaveALimit() throws {
        let server = ScriptedServer { $0.close() }
        let mind = try mind(server) { $0.sessionsMax = 1 }
        let first = try RemoteTalk(mind)
        #expect(mind.open { _ in } == nil)
        first.seat.take(.close)
        #expect(mind.open { _ in } != nil)
    }

    // MARK: Cancellation

    /// When the stream was told to end, and when the server saw it closed.
    private func closing(_ end: (inout RemoteTalk?) -> Void) throws -> Int64? {
        let closed = Mutex<Instant??>(nil)
        let (asked, server) = try ask { exchange in
            exchange.send(ScriptedExchange.eventsHead)
            exchange.chunk(Chat.events(["Once upon a time"]))
            let instant = exchange.waitForClose()
            closed.withLock { $0 = instant }
        }
        defer { server.stop() }
        var talk: RemoteTalk? = asked
        #expect(asked.hasWords())
        let began = MonotonicClock.now()
        end(&talk)
        let limit = began.advanced(milliseconds: 20_500)
        while closed.withLock({ $0 == nil }), MonotonicClock.now() < limit { usleep(200) }
        return closed.withLock { $0 ?? nil }.map { $0.since(began) }
    }

    @Test(arguments: ["cut", "close", "next"]) func theStreamIsClosedAtOnce(_ how: String) throws {
        var times = try (0..<5).map { _ in
            try closing { talk in
                switch how {
                case "cut": talk!.seat.take(.cut(1, heard: "Once"))
                case "close": talk!.seat.take(.close)
                default: talk!.ask("stop", answer: 2)
                }
            }
        }
        times.sort { ($0 ?? .max) < ($1 ?? .max) }
        let median = try #require(times[2])
        print(
            "interruption to closed stream (\(how)): median \(median / 1000) µs of \(times.map { ($0 ?? -1000) / 1000 })"
        )
        // The fastest: the others may have waited for a core.
        #expect(try #require(times[0]) < 100_000_000)
    }

    @Test func aRollbackClosesASpeculativeStream() throws {
        let closed = Mutex(false)
        let server = ScriptedServer { exchange in
            exchange.send(ScriptedExchange.eventsHead)
            exchange.chunk(Chat.events(["Hello"]))
            let isClosed = exchange.waitForClose() != nil
            closed.withLock { $0 = isClosed }
        }.start()
        defer { server.stop() }
        let talk = try RemoteTalk(mind(server) { $0.speculates = true })
        talk.seat.take(.hear("hello"))
        talk.seat.take(.answer(1, isProvisional: true))
        #expect(talk.hasWords())
        talk.seat.take(.rollback(1))
        for _ in 0..<4000 where !closed.withLock({ $0 }) { usleep(5000) }
        #expect(closed.withLock { $0 })
    }

    @Test func aMindThatIsLetGoClosesItsStreams() throws {
        #expect(try closing { $0!.seat.take(.close) } != nil)
        let server = ScriptedServer { exchange in
            exchange.send(ScriptedExchange.eventsHead)
            _ = exchange.waitForClose()
        }.start()
        defer { server.stop() }
        weak var gone: RemoteMind?
        try {
            let mind = try mind(server)
            gone = mind
            try RemoteTalk(mind).ask("hello")
        }()
        #expect(gone == nil)
    }
}

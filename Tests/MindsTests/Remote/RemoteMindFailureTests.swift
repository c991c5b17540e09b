// A remote mind's server that is slow, breaks off, floods, or sends nonsense: it hurts nobody.

import Basics
import Dialogue
import Glibc
import Testing

@testable import Minds

@Suite(.timeLimit(.minutes(2))) struct RemoteMindFailureTests {
    private func ask(
        _ change: (inout RemoteMindOptions) throws -> Void = { _ in }, _ script: @escaping ScriptedServer.Script
    ) throws -> (talk: RemoteTalk, server: ScriptedServer) {
        let server = ScriptedServer(script).start()
        var options = try RemoteMindOptions(address: server.base, model: "m")
        try change(&options)
        let talk = try RemoteTalk(RemoteMind(options))
        talk.ask("hello")
        return (talk, server)
    }

    @Test(arguments: [500, 502, 503, 504, 429]) func aServerThatIsBusyIsAskedAgain(_ status: Int) throws {
        let (talk, server) = try ask { exchange in
            if exchange.number == 1 {
                exchange.respond(status, "busy")
            } else {
                exchange.answer(Chat.answer(["Hello."]))
            }
        }
        defer { server.stop() }
        #expect(talk.end() == .complete)
        #expect(talk.words() == "Hello.")
        #expect(server.requests.count == 2)
    }

    @Test func aServerThatStaysBusyIsAskedTwice() throws {
        let (talk, server) = try ask { $0.respond(503, #"{"detail":"loading"}"#) }
        defer { server.stop() }
        #expect(
            talk.failure() == MindFailure(.unreachable, "The mind's server refuses the request (503): loading"))
        #expect(server.requests.count == 2)
    }

    @Test func aLongWaitForTheNextTryIsARefusal() throws {
        let (talk, server) = try ask { $0.respond(429, "{}", headers: "Retry-After: 60\r\n") }
        defer { server.stop() }
        #expect(talk.failure()?.kind == .refused)
        #expect(server.requests.count == 1)
    }

    @Test func aResetBeforeTheFirstWordsIsTriedAgain() throws {
        let (talk, server) = try ask { exchange in
            if exchange.number == 1 { exchange.reset() } else { exchange.answer(Chat.answer(["Hello."])) }
        }
        defer { server.stop() }
        #expect(talk.end() == .complete)
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [true, false]) func aServerThatDiesInTheMiddleIsUnreachable(_ resets: Bool) throws {
        let (talk, server) = try ask { exchange in
            exchange.send(ScriptedExchange.eventsHead)
            exchange.chunk(Chat.events(["Hello", " th"]) + "data: {\"cho")
            exchange.pause(milliseconds: 20)
            if resets { exchange.reset() } else { exchange.close() }
        }
        defer { server.stop() }
        #expect(talk.failure()?.kind == .unreachable)
        #expect(talk.words() == "Hello th")
        #expect(server.requests.count == 1)
    }

    @Test func aStreamWithoutLengthThatEndsEarlyIsNoAnswer() throws {
        let (talk, server) = try ask { exchange in
            exchange.send("HTTP/1.0 200 OK\r\n\r\n" + Chat.events(["Hello"]))
            exchange.close()
        }
        defer { server.stop() }
        #expect(talk.failure()?.kind == .unreachable)
    }

    @Test func nobodyThere() throws {
        let server = ScriptedServer { $0.close() }
        let base = server.base
        server.stop()
        let talk = try RemoteTalk(RemoteMind(RemoteMindOptions(address: base, model: "m")))
        talk.ask("hello")
        #expect(talk.failure() == TransferEnd.refused.failure)
    }

    @Test func aSilentServerCostsItsTimeAlone() throws {
        let (talk, server) = try ask {
            $0.firstTokenMilliseconds = 150
        } _: {
            _ = $0.waitForClose()
        }
        defer { server.stop() }
        let began = MonotonicClock.now()
        #expect(talk.failure()?.kind == .timeout)
        #expect(MonotonicClock.now().since(began) < 10_000_000_000)
    }

    @Test func aStreamThatStallsIsGivenUp() throws {
        let (talk, server) = try ask {
            $0.betweenTokensMilliseconds = 150
        } _: { exchange in
            exchange.send(ScriptedExchange.eventsHead)
            exchange.chunk(Chat.events(["Hello"]))
            _ = exchange.waitForClose()
        }
        defer { server.stop() }
        #expect(talk.failure()?.kind == .timeout)
        #expect(talk.words() == "Hello")
    }

    @Test(arguments: [301, 302, 307, 308]) func redirectsAreNotFollowed(_ status: Int) throws {
        let (talk, server) = try ask { $0.respond(status, "", headers: "Location: /elsewhere\r\n") }
        defer { server.stop() }
        #expect(talk.failure()?.kind == .refused)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["<html>Hello</html>\n", "{\"hello\":1}", "", "data: {{{\n\n", "HTTP"]) func nonsenseIsRefused(
        _ body: String
    ) throws {
        let (talk, server) = try ask { $0.respond(200, body) }
        defer { server.stop() }
        #expect(talk.failure()?.kind == .malformed)
    }

    @Test func whatIsNotHTTPIsRefused() throws {
        let (talk, server) = try ask { exchange in
            exchange.send("\u{0}\u{1}garbage\r\n\r\n")
            exchange.close()
        }
        defer { server.stop() }
        #expect(talk.failure() != nil)
    }

    /// Each kind of flood ends for its own session alone: its connection is closed, and the others go on.
    @Test(arguments: [
        Chat.events([String(repeating: "x", count: 1000)]), "data: {}\n\n", ": comment\n\n", "data: ", "\n", "xxxxxxxx",
        "{ \"a\": [",
    ]) func aFloodHurtsNobody(_ piece: String) throws {
        let server = ScriptedServer { exchange in
            guard exchange.request.contains("flood") else { return exchange.answer(Chat.answer(["Hello."])) }
            exchange.send(ScriptedExchange.eventsHead)
            let block = String(repeating: piece, count: max(1, (64 << 10) / piece.utf8.count))
            for _ in 0..<160 where !exchange.chunk(block) { break }
            _ = exchange.waitForClose()
        }.start()
        defer { server.stop() }
        let mind = try RemoteMind(RemoteMindOptions(address: server.base, model: "m"))
        let flooded = try RemoteTalk(mind), other = try RemoteTalk(mind)
        flooded.ask("flood")
        other.ask("hello")
        #expect(other.end() == .complete)
        #expect(flooded.failure()?.kind == .malformed)
        #expect(flooded.words().utf8.count <= ChatReply.textBytesMax)
    }

    @Test func aRefusalOfTenMegabytesIsARefusal() throws {
        let (talk, server) = try ask { $0.respond(400, String(repeating: "x", count: 10 << 20)) }
        defer { server.stop() }
        #expect(talk.failure() == MindFailure(.refused, "The mind's server refuses the request (400)."))
    }

    @Test func aResponseThatGoesOnAfterItsEndIsClosed() throws {
        let (talk, server) = try ask { exchange in
            exchange.send(ScriptedExchange.eventsHead)
            exchange.chunk(Chat.events(["Hello."]) + Chat.finish("stop"))
            while exchange.chunk(": more\n\n") { exchange.pause(milliseconds: 50) }
            exchange.close()
        }
        defer { server.stop() }
        #expect(talk.end() == .complete)
        talk.ask("and", answer: 2)
        #expect(talk.end(2) == .complete)
    }
}

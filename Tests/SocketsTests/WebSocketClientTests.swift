// The blocking client against the real socket stack.

import Foundation
import Testing
import Wire

@testable import Callers
@testable import Sockets

@Suite struct WebSocketClientTests {
    /// Ctrl-C ends a talk, which then waits for the server's farewell.
    @Test(.timeLimit(.minutes(1))) func aSignalDoesNotEndTheWait() throws {
        let server = try EchoServer(), client = try WebSocketClient("ws://127.0.0.1:\(server.server.port)/echo")
        signal(SIGUSR1) { _ in }
        let waiting = pthread_self()
        let other = Thread {
            usleep(50_000)
            pthread_kill(waiting, SIGUSR1)
            usleep(50_000)
            #expect(throws: Never.self) { try client.send(text: "late") }
        }
        other.start()
        #expect(try client.receive() == .text("late"))
    }

    @Test func whatDoesNotAnswerIsToldFromWhatIsNotThere() throws {
        // It listens and never takes anybody.
        let listener = try Listener(SocketAddress("127.0.0.1", port: 0)!)
        defer { close(listener.socket) }
        let url = "ws://\(listener.address)/",
            silent = #expect(throws: WebSocketError.self) {
                try WebSocketClient(url, timeout: 1)
            }
        #expect(silent == .broken("no answer within 1 s"))
        let gone = #expect(throws: WebSocketError.self) { try WebSocketClient("ws://127.0.0.1:1/") }
        #expect(gone == .unreachable("127.0.0.1:1: connection refused"))
    }
}

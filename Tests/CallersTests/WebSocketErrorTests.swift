// Why a server cannot be talked to, in words.

import Testing

@testable import Callers

@Suite struct WebSocketErrorTests {
    private func told(_ status: Int, _ body: String, head: String = "HTTP/1.1 \(0)") -> String {
        WebSocketError.refused(status: status, head: head, body: body).told(hasKey: false)
    }

    @Test func otherRefusalsAreToldInTheServersWords() {
        let body = #"{"error":{"code":"origin_not_allowed","message":"Pages of x may not connect."}}"#
        #expect(told(403, body) == "the server refused (HTTP 403): Pages of x may not connect.")
        #expect(
            told(503, #"{"error":{"code":"session_crowded","message":"Wait."}}"#)
                == "the server refused (HTTP 503): Wait.")
    }

    @Test func anotherProgramAtThePortIsSuspected() {
        #expect(told(404, "<html>") == "HTTP 404 instead of a websocket: is that a Duet server?")
        #expect(told(200, "") == "HTTP 200 instead of a websocket: is that a Duet server?")
        let proxy = told(503, "<html>", head: "HTTP/1.1 503 x\r\nRetry-After: 7")
        #expect(proxy == "the server is not there: what stands before it answered HTTP 503; try again in 7 s")
    }

    @Test func aServerThatIsNotThereIsOneThatMayNotRun() {
        let error = #expect(throws: WebSocketError.self) { try WebSocketClient("ws://127.0.0.1:1/v1/duplex") }
        #expect(
            error?.told(hasKey: false)
                == "no connection to 127.0.0.1:1: connection refused; is the server running? `duet serve` starts one")
    }
}

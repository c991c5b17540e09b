// What can be told of a connection without sending anything.

import Testing

@testable import Sockets
@testable import Wire

@Suite struct OutboxStateTests {
    private func outbox() -> Outbox {
        Outbox(socket: SocketHandle(pointer: OpaquePointer(bitPattern: 8)!), bytesMax: 100)
    }

    @Test func whoHasClosedIsNotSlow() {
        let closing = outbox(), gone = outbox()
        #expect(closing.isOpen && gone.isOpen)
        _ = closing.push([.close(code: 1000, reason: "")])
        gone.detach()
        #expect(!closing.isOpen && !gone.isOpen)
        #expect(closing.push([.text("late")]) == nil && gone.push([.text("late")]) == nil)
    }

    @Test func halfOfWhatMayWaitIsMuch() {
        let outbox = outbox()
        _ = outbox.push([.text(String(repeating: "a", count: 50))])
        #expect(!outbox.isCrowded)
        _ = outbox.push([.text("a")])
        #expect(outbox.isCrowded)
        _ = outbox.pop()
        #expect(!outbox.isCrowded)
    }
}

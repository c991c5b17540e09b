// A client's messages on their way to its worker.

import Testing

@testable import Service

@Suite struct InletTests {
    @Test func messagesUpToTheLimitWait() {
        let inlet = Inlet()
        for _ in 0..<Inlet.messagesMax { #expect(inlet.enter(bytes: 1)) }
        #expect(!inlet.enter(bytes: 1))
        inlet.leave(bytes: 1)
        #expect(inlet.enter(bytes: 1))
    }

    @Test func bytesUpToTheLimitWait() {
        let inlet = Inlet()
        #expect(inlet.enter(bytes: inlet.bytesMax - 10))
        #expect(!inlet.enter(bytes: 11))
        #expect(inlet.enter(bytes: 10))
    }

    @Test func anOverflowIsToldOnce() {
        let inlet = Inlet()
        #expect(inlet.overflow())
        #expect(!inlet.overflow())
    }
}

// Which signals end a server, and which reload it.

import Foundation
import Glibc
import Synchronization
import Testing

@testable import Service

@Suite(.serialized) struct SignalsTests {
    /// On a thread of its own, which alone has the signals that it raises.
    private func onThread(_ body: @escaping @Sendable () -> Void) {
        let done = DispatchSemaphore(value: 0)
        Thread {
            body()
            done.signal()
        }.start()
        done.wait()
    }

    @Test func aHangUpReloadsAndATermEnds() {
        let reloads = Atomic<Int>(0), caught = Atomic<CInt>(0)
        onThread {
            let signals = Signals()
            raise(SIGHUP)
            #expect(!signals.endsWithin(milliseconds: 1000) { reloads.add(1, ordering: .relaxed) })
            #expect(!signals.endsWithin(milliseconds: 1) { reloads.add(1, ordering: .relaxed) })
            raise(SIGHUP)
            raise(SIGTERM)
            caught.store(signals.waitForEnd { reloads.add(1, ordering: .relaxed) }, ordering: .relaxed)
            raise(SIGINT)
            #expect(signals.endsWithin(milliseconds: 1000) { reloads.add(1, ordering: .relaxed) })
        }
        #expect(reloads.load(ordering: .relaxed) == 2 && caught.load(ordering: .relaxed) == SIGTERM)
    }
}

// Subnormal numbers are zeros in a thread that asked for it and in those that it starts, and nowhere else.

import Foundation
import Kernels
import Synchronization
import Testing

@Suite struct SubnormalsTests {
    /// A product and a factor that are subnormal, computed when it runs.
    private static func products() -> [Float] {
        let small = Buffer([1e-30, 1e-10, Float(bitPattern: 70_000), 1e10])
        return [small[0] * small[1], small[2] * small[3]]
    }

    @Test func threadsInheritTheFlush() {
        let seen = Mutex([[Float]]()), done = DispatchSemaphore(value: 0)
        @Sendable func note() { seen.withLock { $0.append(Self.products()) } }
        Thread {
            note()
            Subnormals.flush()
            note()
            Thread {
                note()
                done.signal()
            }.start()
        }.start()
        done.wait()
        #expect(seen.withLock { $0.map { $0.map { $0 != 0 } } } == [[true, true], [false, false], [false, false]])
        #expect(Self.products().allSatisfy { $0 != 0 })
    }
}

// Threads of the system's.

import Glibc
import Synchronization
import Testing

@testable import Basics

@Suite struct SystemThreadTests {
    @Test func aThreadThatYieldsIsNicerThanTheProcessAlone() {
        @Sendable func niceness() -> CInt { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
        let seen = Mutex<[CInt]>([]), before = niceness()
        let thread = SystemThread.start {
            let first = niceness()
            SystemThread.yield(niceness: 1)
            seen.withLock { $0 = [first, niceness()] }
        }
        pthread_join(thread!, nil)
        // 19 is the most.
        #expect(seen.withLock { $0 } == [before, min(19, before + 1)] && niceness() == before)
    }
}

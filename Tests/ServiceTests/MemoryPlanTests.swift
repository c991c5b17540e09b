// What an operator is told of memory.

import Testing
import Wire

@testable import Service

@Suite struct MemoryPlanTests {
    @Test func theLineAddsUp() {
        let plan = MemoryPlan(loadedBytes: 100_000_000, sessionBytes: 1_900_000, slots: 128)
        let line = JSONText.line(plan.fields(room: MemoryRoom(machine: 900_000_000, group: 500_000_000)))
        #expect(
            line
                == #"{"mb_loaded":100,"kb_a_session":1900,"sessions":128,"mb_sessions":243,"mb_total":343,"mb_free":500}"#
        )
        #expect(!JSONText.line(plan.fields(room: MemoryRoom())).contains("mb_free"))
    }

    @Test func theMetricsPageHasItToo() throws {
        let service = try FakeService(workers: 2, sessionsMax: 3)
        #expect(service.metric("duet_session_memory_bytes") == 1024)
    }
}

// Plans that the engine cannot keep are refused.

import Testing

@testable import Dialogue
@testable import Simulation

@Suite struct SlicePlanTests {
    private func error(_ change: (inout SlicePlan) -> Void) -> String? {
        var plan = FakeModel.standardPlan
        change(&plan)
        do { try plan.validate() } catch { return error.description }
        return nil
    }

    @Test func aSoundPlanPasses() { #expect(error { _ in } == nil) }

    @Test func everyBrokenFieldIsNamed() {
        for slice in [20, 200] { #expect(error { $0.clock.slice_ms = slice } == nil) }
        for slice in [19, 201] { #expect(error { $0.clock.slice_ms = slice }?.contains("slice_ms") == true) }
        for rate in [8_000, 16_000, 24_000, 48_000, nil] { #expect(error { $0.clock.sample_rate = rate } == nil) }
        for rate in [0, 11_025, 12_000, 44_100] {
            #expect(error { $0.clock.sample_rate = rate }?.contains("sample_rate") == true)
        }
        #expect(error { $0.clock.late = "keep" }?.contains("late") == true)
        #expect(error { $0.fuse = "sum" }?.contains("fuse") == true)
        #expect(error { $0.layout = [] }?.contains("layout") == true)
        #expect(error { $0.layout.swapAt(0, 1) }?.contains("listen first") == true)
        #expect(error { $0.layout.append(.init(listen: 1)) }?.contains("listen") == true)
        #expect(error { $0.tokens.end = 0 }?.contains("token") == true)
        #expect(error { $0.memory.sinks = 3 }?.contains("sinks") == true)
        #expect(error { $0.memory.window = 0 }?.contains("window") == true)
        for field in [\SlicePlan.Memory.sinks, \.window] {
            #expect(error { $0.memory[keyPath: field] = SlicePlan.memoryMax } == nil)
            #expect(error { $0.memory[keyPath: field] = SlicePlan.memoryMax + 2 }?.contains("at most") == true)
        }
        #expect(error { $0.memory.words = 1 << 62 }?.contains("at most") == true)
        #expect(error { $0.memory.evict = "token" }?.contains("evict") == true)
    }
}

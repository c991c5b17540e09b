// What `duet serve --check` says.

import Testing

@testable import Service

@Suite struct ServeSummaryTests {
    private func summary(_ change: (inout ServeSummary) -> Void = { _ in }) -> [String: String] {
        var summary = ServeSummary(
            addresses: ["127.0.0.1:8998", "[::1]:8998"], model: "m", precision: "weights int8, cache int8",
            kernels: "avx2",
            openBLAS: "unused", workers: 3, sessionsMax: 100,
            memory: MemoryPlan(
                loadedBytes: 50_000_000, sessionBytes: 2_000_000,
                slots: 3 * SessionLedger.slotsEach(sessionsMax: 100, workers: 3)),
            bytesAvailable: 900_000_000, keyCount: 0)
        change(&summary)
        return Dictionary(uniqueKeysWithValues: summary.lines.map { ($0.name, $0.text) })
    }

    @Test func aCheckTellsWhatMemoryIsTakenForEverySlotOfEveryWorker() {
        // 34 slots each.
        #expect(
            summary()["memory"]
                == "254 MB at start: 50 MB for the program and the model, 204 MB for 102 sessions of 2.0 MB; 900 MB are available"
        )
        #expect(summary { $0.bytesAvailable = nil }["memory"]?.hasSuffix("2.0 MB") == true)
        #expect(summary()["address"] == "127.0.0.1:8998, [::1]:8998" && summary()["sessions"] == "100 at most")
        #expect(summary { $0.sessionsPerAddress = 2 }["sessions"] == "100 at most, 2 for one address")
    }

    @Test func aCheckTellsWhetherKeysAreWanted() {
        #expect(summary()["keys"] == "none: everybody who reaches the address may talk")
        #expect(summary { $0.keyCount = 1 }["keys"] == "wanted; 1 is valid")
        #expect(summary { $0.keyCount = 2 }["keys"] == "wanted; 2 are valid")
        #expect(summary()["record"] == nil && summary { $0.recordFolder = "r" }["record"]?.hasSuffix("in r") == true)
    }
}

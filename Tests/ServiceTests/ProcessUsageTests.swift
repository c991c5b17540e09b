// What the process takes, read as /proc writes it.

import Foundation
import Testing

@testable import Service

@Suite struct ProcessUsageTests {
    private let machine = ProcessUsage.Machine(ticksPerSecond: 100, pageBytes: 4096, startTime: 1000)

    @Test func theFieldsAreFoundBehindAnyName() throws {
        let text =
            "42 (a) S 7 (b) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 9 0 12345 1048576 64 18446744073709551615 1 1\n"
        let usage = try #require(ProcessUsage(stat: text, on: machine))
        #expect(usage.cpuSeconds == 4 && usage.threads == 9 && usage.startTime == 1123.45)
        #expect(usage.virtualBytes == 1 << 20 && usage.residentBytes == 64 * 4096)
        for text in ["", "42", "42 (duet)", "42 (duet) S 1 2 3"] {
            #expect(ProcessUsage(stat: text, on: machine) == nil, "\(text)")
        }
    }

    @Test func thisProcessHasUsedSomething() {
        let begun = Date().timeIntervalSince1970, before = ProcessUsage.now
        #expect(before.cpuSeconds > 0 && before.residentBytes > 1 << 20 && before.virtualBytes > before.residentBytes)
        #expect(before.startTime <= begun && before.startTime > begun - 86_400 && before.threads > 0)
        #expect(before.descriptorsMax >= before.openDescriptors && before.openDescriptors >= 3)
    }

    @Test func itsRowsAreOnTheMetricsPage() {
        let metrics = Metrics()
        for (name, value) in ProcessUsage(
            stat: "1 (x) " + (3...24).map(String.init).joined(separator: " "), on: machine)!
            .metrics
        {
            metrics.set(name, value)
            #expect(
                metrics.text.contains("# TYPE \(name) ") && metrics.text.contains("\n\(name) \(value)\n"), "\(name)")
        }
    }
}

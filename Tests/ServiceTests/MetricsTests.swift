// Prometheus text.

import Testing

@testable import Service

@Suite struct MetricsTests {
    @Test func countersBeginAtZeroAndEveryFamilyIsExplained() {
        let text = Metrics().text
        #expect(text.contains("# TYPE duet_slices_total counter\nduet_slices_total 0\n"))
        let types = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.count
        #expect(types == text.split(separator: "\n").filter { $0.hasPrefix("# HELP") }.count && types > 10)
    }

    @Test func histogramsCountUpToEachBound() {
        let metrics = Metrics()
        for seconds in [0.0004, 0.0005, 0.003, 9] {
            metrics.observe("duet_step_seconds{stage=\"listen\"}", seconds: seconds)
        }
        let text = metrics.text
        #expect(text.contains("duet_step_seconds_bucket{stage=\"listen\",le=\"0.0005\"} 2\n"))
        #expect(text.contains("duet_step_seconds_bucket{stage=\"listen\",le=\"0.005\"} 3\n"))
        #expect(text.contains("duet_step_seconds_bucket{stage=\"listen\",le=\"+Inf\"} 4\n"))
        #expect(text.contains("duet_step_seconds_count{stage=\"listen\"} 4\n"))
    }

    @Test func labelsKeepTheirOwnValues() {
        let metrics = Metrics()
        metrics.add("duet_admission_rejected_total{reason=\"capacity\"}")
        metrics.add("duet_admission_rejected_total{reason=\"capacity\"}", 2)
        #expect(metrics.value("duet_admission_rejected_total{reason=\"capacity\"}") == 3)
        #expect(metrics.text.contains("duet_admission_rejected_total{reason=\"capacity\"} 3.0\n"))
    }
}

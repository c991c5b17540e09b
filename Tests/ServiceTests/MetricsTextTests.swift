// What the server counted is read back as it was counted.

import Callers
import Testing

@testable import Service

@Suite struct MetricsTextTests {
    private let metrics = Metrics()

    @Test func readsBackWhatTheServerCounted() {
        for _ in 0..<99 { metrics.observe("duet_slice_seconds", seconds: 0.004) }
        metrics.observe("duet_slice_seconds", seconds: 0.05)
        metrics.add("duet_admission_rejected_total{reason=\"capacity\"}", 2)
        metrics.add("duet_admission_rejected_total{reason=\"draining\"}", 3)
        let text = MetricsText(metrics.text)
        #expect(text.sum("duet_admission_rejected_total") == 5)
        #expect(text.sum("duet_slices_total") == 0)
        let median = text.percentile("duet_slice_seconds", 0.5), last = text.percentile("duet_slice_seconds", 0.999)
        #expect(median > 0.003 && median < 0.005)
        #expect(last > 0.04 && last <= 0.06)
        #expect(text.percentile("duet_response_latency_seconds", 0.5).isNaN)
    }

    @Test func whatWasCountedBeforeCanBeLeftOut() {
        metrics.add("duet_slices_total", 5)
        metrics.observe("duet_slice_seconds", seconds: 0.1)
        let before = MetricsText(metrics.text)
        metrics.add("duet_slices_total", 2)
        for _ in 0..<10 { metrics.observe("duet_slice_seconds", seconds: 0.004) }
        let since = MetricsText(metrics.text).since(before)
        #expect(since.sum("duet_slices_total") == 2)
        #expect(since.percentile("duet_slice_seconds", 0.99) <= 0.005)
    }
}

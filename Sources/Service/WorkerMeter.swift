// Measures what a worker's slices cost, for the metrics and for admission.

internal import Basics
internal import Dialogue

/// Measures steps and forwards the engine's counters. Worker's thread only.
struct WorkerMeter {
    /// Precomputed series names: building one would cost more than counting.
    private static let stepSeries = Work.allCases.map { "duet_step_seconds{stage=\"\($0)\"}" }

    private let metrics: Metrics
    private var counted = Counters()
    /// Nanoseconds that this slice's stages have taken so far.
    private var computed: Int64 = 0
    /// When the last slice ended.
    private var stepEnded = MonotonicClock.now()
    /// Nanoseconds since then that do not count as cost: idling, arrivals and departures.
    private var uncharged: Int64 = 0

    init(_ metrics: Metrics) { self.metrics = metrics }

    /// Excludes time from the cost of the slice.
    mutating func exclude(_ nanoseconds: Int64) { uncharged += max(0, nanoseconds) }

    /// A stage ran for `took` nanoseconds, `late` nanoseconds after its slice was due. After the last stage, returns the cost of
    /// the whole slice, including the worker's other work.
    mutating func measure(_ work: Work, took: Int64, late: Int64) -> Int64? {
        computed = work == .listen ? took : computed + took
        guard work == .emit else {
            metrics.observe(Self.stepSeries[work.rawValue], seconds: Double(took) * 1e-9)
            return nil
        }
        let now = MonotonicClock.now(), cost = now.since(stepEnded) - uncharged
        (stepEnded, uncharged) = (now, 0)
        metrics.observe("duet_slice_seconds", seconds: Double(computed) * 1e-9)
        metrics.observe("duet_slice_lateness_seconds", seconds: Double(late) * 1e-9)
        return cost
    }

    /// Adds the engine's counts since the last call.
    mutating func count(_ now: Counters, _ clock: SliceClock) {
        func add(_ series: String, _ field: KeyPath<Counters, UInt64>, scale: Double = 1) {
            let more = now[keyPath: field] - counted[keyPath: field]
            if more > 0 { metrics.add(series, Double(more) * scale) }
        }
        add("duet_slices_total", \.slices)
        add("duet_slice_deadline_missed_total", \.deadlineMisses)
        add("duet_slices_skipped_total", \.skippedSlices)
        add("duet_audio_in_dropped_seconds_total", \.droppedSamples, scale: clock.seconds(samples: 1))
        counted = now
    }
}

// What a worker's slices cost, for the metrics and for admission.

internal import Basics
internal import Dialogue

/// Measures steps and adds up what the engine counts. Its worker's thread alone uses it.
struct WorkerMeter {
    /// By stage: a step's name costs more to write than to count.
    private static let stepSeries = Work.allCases.map { "duet_step_seconds{stage=\"\($0)\"}" }

    private let metrics: Metrics
    private var counted = Counters()
    /// Nanoseconds that the stages of the running step have taken.
    private var computed: Int64 = 0
    /// When the last step ended.
    private var stepEnded = MonotonicClock.now()
    /// Nanoseconds since then that are not charged to the next step: idling, sessions coming and going.
    private var uncharged: Int64 = 0

    init(_ metrics: Metrics) { self.metrics = metrics }

    /// These nanoseconds are no part of what a slice costs.
    mutating func leaveOut(_ nanoseconds: Int64) { uncharged += max(0, nanoseconds) }

    /// A stage ran for `took` nanoseconds, `late` after its slice was due. Returns what the whole slice cost once it is over, with
    /// whatever else the worker did meanwhile.
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

    /// Adds what the engine has counted since the last time.
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

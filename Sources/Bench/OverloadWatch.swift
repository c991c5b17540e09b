// Loads the processor, and meanwhile watches a server's metrics.

internal import Basics
internal import Callers
internal import Foundation
internal import Synchronization

/// Threads that spin, to take CPU time away from others.
enum BusyThreads {
    /// Blocks until `end`, in seconds of the monotonic clock.
    static func run(_ count: Int, until end: Double) {
        let left = Mutex(count)
        for _ in 0..<count {
            let thread = Thread {
                while Double(MonotonicClock.now().nanoseconds) * 1e-9 < end {}
                left.withLock { $0 -= 1 }
            }
            thread.start()
        }
        while left.withLock({ $0 }) > 0 { Thread.sleep(forTimeInterval: 0.05) }
    }
}

/// Samples a server's metrics and the processor time that the host steals.
final class OverloadWatch: Sendable {
    struct Sample {
        /// Seconds on the monotonic clock.
        var at: Double
        var misses, skipped, dropped, room: Double
        /// Processor time of all cores so far, in ticks: stolen by the host, and in total.
        var stolen = 0.0, ticks = 0.0
    }

    private let url: String
    private let end: Double
    private let pause: Double
    private let seen = Mutex<[Sample]>([])

    /// Samples every `pause` seconds until `end`.
    init(_ url: String, until end: Double, every pause: Double = 0.2) {
        (self.url, self.end, self.pause) = (url, end, pause)
    }

    var samples: [Sample] { seen.withLock { $0 } }

    func start() {
        Thread { [self] in
            while true {
                let now = Double(MonotonicClock.now().nanoseconds) * 1e-9
                guard now < end else { return }
                if let m = try? BenchServer.metrics(of: url) {
                    let machine = ProcessTime.machine
                    let sample = Sample(
                        at: now, misses: m.sum("duet_slice_deadline_missed_total"),
                        skipped: m.sum("duet_slices_skipped_total"),
                        dropped: m.sum("duet_audio_in_dropped_seconds_total"), room: m.sum("duet_sessions_room"),
                        stolen: machine.stolen, ticks: machine.ticks)
                    seen.withLock { $0.append(sample) }
                }
                Thread.sleep(forTimeInterval: pause)
            }
        }.start()
    }

    /// Seconds from `end` to the last sample with new misses or skipped slices, and to the first sample with room.
    static func recovery(_ samples: [Sample], from end: Double) -> (late: Double, closed: Double) {
        let grown = Array(zip(samples, samples.dropFirst())).last { $0.misses + $0.skipped < $1.misses + $1.skipped }
        let open = samples.first { $0.at >= end && $0.room > 0 }
        return (max(0, (grown?.1.at ?? end) - end), open.map { $0.at - end } ?? .nan)
    }
}

// A worker that does not turn is noticed, and that it turns again.

import Basics
import Testing

@testable import Service

@Suite struct WatchTests {
    @Test func aTurnThatTakesTooLongIsToldOnceAndItsEndToo() {
        var watch = Watch(workers: 2)
        #expect(watch.look([2_000_000_000, nil]) == [])
        #expect(watch.look([2_000_000_001, nil]) == [.stuck(worker: 0, seconds: 2.000000001)])
        #expect(watch.look([9_000_000_000, 5]) == [] && watch.stuck == [true, false])
        #expect(watch.look([1000, 7]) == [.turnsAgain(worker: 0)] && watch.stuck == [false, false])
    }

    @Test func whoRestsIsNotStuck() {
        let beat = Heartbeat()
        #expect(beat.turning(at: Instant(nanoseconds: 7)) == nil)
        beat.turn(at: Instant(nanoseconds: 5))
        #expect(beat.turning(at: Instant(nanoseconds: 7)) == 2)
        beat.rest()
        #expect(beat.turning(at: Instant(nanoseconds: 9_000_000_000)) == nil)
    }

    @Test func metricsShowWhoIsStuck() {
        let metrics = Metrics(), beat = Heartbeat(), dog = Watchdog([beat], metrics: metrics)
        #expect(metrics.text.contains(#"duet_worker_stuck{worker="0"} 0.0"#))
        beat.turn(at: Instant(nanoseconds: 1))
        dog.look(at: Instant(nanoseconds: 3_000_000_000))
        #expect(dog.stuck == [true] && metrics.value(#"duet_worker_stuck{worker="0"}"#) == 1)
        #expect(metrics.value("duet_worker_stalls_total") == 1)
        beat.rest()
        dog.look(at: Instant(nanoseconds: 3_000_000_000))
        #expect(dog.stuck == [false] && metrics.value(#"duet_worker_stuck{worker="0"}"#) == 0)
    }
}

// What a slice costs, by stage and number of sessions. Runs only when asked:
// DUET_COST=1 swift test -c release -Xswiftc -enable-testing --filter SliceCost

import Basics
import Foundation
import Testing

@testable import Dialogue
@testable import Families

@Suite struct SliceCost {
    private static let wanted = ProcessInfo.processInfo.environment["DUET_COST"] != nil
    /// Slices until the window is full, and slices that are measured.
    private static let filling = 512, measured = 200

    /// Microseconds of this thread's processor time.
    private func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    /// Medians of each stage in microseconds, every session speaking, with full windows. Unsorted slices' 99th percentile last.
    private func cost(sessions: Int) -> (stages: [Double], most: Double) {
        let model = Bundled.model(slots: sessions), batch = SliceBatchFixture.batch(for: model)
        var random = Random(seed: 1), costs: [[Double]] = []
        for slot in 0..<sessions { [model.listen, model.decode, model.speak].forEach { $0.open(slot, seed: 0) } }
        for slice in 0..<Self.filling + Self.measured {
            batch.begin(Array(0..<sessions))
            batch.heard = batch.heard.map { _ in (random.uniform() - 0.5) * 0.2 }
            if slice < Self.filling {
                for stage in [model.listen, model.decode] { stage.run(batch) }
                continue
            }
            var marks = [now()]
            model.listen.run(batch)
            marks.append(now())
            model.decode.run(batch)
            marks.append(now())
            // Silent rows too pay for a voice here.
            for row in 0..<sessions { batch.decisions[row].speaks = true }
            model.speak.run(batch)
            marks.append(now())
            costs.append(zip(marks, marks.dropFirst()).map { $1 - $0 })
        }
        let sums = costs.map { $0.reduce(0, +) }.sorted()
        return ((0..<3).map { stage in median(costs.map { $0[stage] }) }, sums[sums.count * 99 / 100])
    }

    @Test(.enabled(if: wanted)) func costOfASliceByStageAndSessions() {
        print("sessions  listen  decode   speak     sum     p99  us/session  sessions in 70 % of a core")
        for sessions in [1, 2, 4, 8, 16, 32] {
            let (stages, most) = cost(sessions: sessions), sum = stages.reduce(0, +)
            let figures = (stages + [sum, most, sum / Double(sessions)]).map { String(format: "%7.0f", $0) }.joined(
                separator: " ")
            print(
                String(format: "%8d", sessions), figures,
                String(format: "%10.0f", 0.7 * 80_000 * Double(sessions) / sum))
            #expect(sum > 0)
        }
    }
}

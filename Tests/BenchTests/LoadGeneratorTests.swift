// Who says what when in a load, and what is made of what came back.

import Testing

@testable import Bench
@testable import Callers

@Suite struct LoadGeneratorTests {
    @Test func percentilesAreValuesThatWereSeen() {
        let values = (0..<100).map { Double($0 * 37 % 100 + 1) }
        #expect([0.01, 0.5, 0.95, 0.99, 1].map { LoadResult.percentile(values, $0) } == [1, 50, 95, 99, 100])
        #expect(LoadResult.percentile([], 0.5).isNaN)
    }

    @Test func aLoopSaysItsClipsInTurnAndKnowsWhereTheyEnd() throws {
        let tone = (0..<8000).map { $0 % 20 < 10 ? Float(0.3) : -0.3 }, quiet = [Float](repeating: 0, count: 1600)
        let loop = try ClipLoop([tone + quiet, tone], pause: 1)
        let script = loop.script(from: 1, seconds: 4)
        #expect(script.packets.count == 200)
        // Each clip lasts half a second and its silence one; the other one is 100 ms longer.
        #expect(zip(script.ends, [0.5, 2.0, 3.6]).allSatisfy { abs($0 - $1) < 0.021 })
        #expect(zip(script.starts, [0, 1.5, 3.1]).allSatisfy { abs($0 - $1) < 0.021 } && script.starts.count == 3)
        #expect(abs(loop.seconds - 3.1) < 0.021 && loop.text(0) == nil)
    }

    @Test func theSearchFindsTheLargestCountThatIsHeld() {
        for (limit, most) in [(0, 256), (3, 256), (8, 256), (9, 256), (100, 256), (300, 256), (5, 6), (1, 1)] {
            var tried: [Int] = []
            let found = BenchSessions.largest(most) { count in
                tried.append(count)
                return count <= limit
            }
            #expect(found <= limit && found + max(1, found / 16) >= min(limit, most), "\(limit) of \(most): \(found)")
            #expect(Set(tried).count == tried.count && tried.allSatisfy { (1...most).contains($0) }, "\(tried)")
        }
        #expect(BenchSessions.largest(100) { $0 < 20 ? true : nil } == 16)
    }
}

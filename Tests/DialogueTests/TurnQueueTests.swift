// Turns that wait for their words.

import DuetTesting
import Testing

@testable import Dialogue

@Suite struct TurnQueueTests {
    private func run(_ queue: TurnQueue<String>) -> [(key: String, id: Int, text: String)] {
        var done: [(key: String, id: Int, text: String)] = []
        while queue.isBusy { done += queue.step() }
        return done
    }

    private func turn(_ tenths: Int) -> [Float] { [Float](repeating: 0.5, count: tenths * 1600) }

    @Test func everyTurnGetsItsOwnWords() {
        let queue = TurnQueue<String>(FakeRecogniser())
        for i in 1...5 { queue.take("k\(i)", id: i, samples: turn(i)) }
        let done = run(queue)
        #expect(done.count == 5 && done.allSatisfy { $0.text == "\($0.id) tenths" && $0.key == "k\($0.id)" })
    }

    @Test func onlyTheLatestOfASessionIsWanted() {
        let recogniser = FakeRecogniser(), queue = TurnQueue<String>(recogniser)
        queue.take("a", id: 1, samples: turn(1))
        _ = queue.step()
        queue.take("a", id: 2, samples: turn(2))
        queue.take("a", id: 3, samples: turn(3))
        #expect(recogniser.cancelled == 1)
        #expect(run(queue).map(\.id) == [3])
    }

    @Test func whoIsGoneWantsNoWords() {
        let queue = TurnQueue<String>(FakeRecogniser())
        queue.take("a", id: 1, samples: turn(1))
        queue.take("b", id: 1, samples: turn(2))
        _ = queue.step()
        queue.forget("a")
        #expect(run(queue).map(\.key) == ["b"])
    }
}

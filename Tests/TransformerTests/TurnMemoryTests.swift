// What a talk's memory sees, evicts and takes back, against a plain definition.

import Basics
import Testing

@testable import Transformer

/// The definition: a list of what is seen. Taking back is starting again.
private struct PlainTurns {
    let window: Int
    var position: Int
    /// First positions of the turns, and the window's positions.
    var starts: [Int] = []
    var seen: [Int] = []

    init(pinned: Int, window: Int) { (self.window, position) = (window, pinned) }

    mutating func advance(beginsTurn: Bool) {
        if beginsTurn { starts.append(position) }
        while seen.count >= window {
            let next = starts.first { $0 > seen[0] } ?? seen[0] + max(1, window / 8)
            seen.removeAll { $0 < next }
        }
        seen.append(position)
        position += 1
    }
}

@Suite struct TurnMemoryTests {
    private static let shape = TurnMemory.Shape(rows: 40, window: 20, slack: 10)

    private func begun(_ pinned: Int, _ shape: TurnMemory.Shape = shape) -> TurnMemory {
        var memory = TurnMemory(shape: shape)
        for p in 0..<pinned {
            let place = memory.advance()
            #expect(place.row == p && place.kept == 0..<p + 1 && place.among == p)
        }
        memory.pin()
        return memory
    }

    @Test(arguments: 0..<60) func everyPositionSeesWhatTheDefinitionSays(_ seed: Int) {
        var random = Random(seed: UInt64(seed))
        let pinned = 1 + random.below(9)
        var memory = begun(pinned)
        var plain = PlainTurns(pinned: pinned, window: memory.window), rows = [Int](repeating: -1, count: 40)
        // The calls so far, to start again from.
        var calls: [Bool] = [], taken = 0
        for _ in 0..<400 {
            if random.below(9) == 0, !calls.isEmpty {
                let count = 1 + random.below(min(10, calls.count)), target = memory.position - count
                if memory.truncate(to: target) {
                    taken += 1
                    calls.removeLast(count)
                    plain = PlainTurns(pinned: pinned, window: memory.window)
                    for beginsTurn in calls { plain.advance(beginsTurn: beginsTurn) }
                }
            }
            #expect(memory.position == plain.position)
            let beginsTurn = random.below(7) == 0
            if beginsTurn { memory.beginTurn() }
            let place = memory.advance()
            plain.advance(beginsTurn: beginsTurn)
            calls.append(beginsTurn)
            rows[place.row] = place.position
            #expect((Array(place.window) + Array(place.wrapped)).map { rows[$0] } == plain.seen)
            #expect(place.kept == 0..<pinned && place.among == pinned + plain.seen.count - 1)
        }
        #expect(taken > 20)
    }

    /// Rows are stored before any is read, so those of a step must not overwrite what its first position sees.
    @Test func aStepOfSlackRowsOverwritesNothingThatIsSeen() {
        var memory = begun(4)
        for _ in 0..<100 {
            let places = (0..<10).map { _ in memory.advance() }
            let seen = Set(places[0].window).union(places[0].wrapped).subtracting([places[0].row])
            #expect(seen.isDisjoint(with: places.dropFirst().map(\.row)))
        }
    }

    @Test func asManyPositionsAsTheSlackCanAlwaysBeTakenBack() {
        for turn in [3, 7, 50] {
            for length in 1...120 {
                var memory = begun(6)
                for i in 0..<length {
                    if i % turn == 0 { memory.beginTurn() }
                    _ = memory.advance()
                }
                let isTaken = memory.truncate(to: max(6, memory.position - 10))
                #expect(isTaken, "\(turn) \(length)")
            }
        }
    }

    @Test func whatIsOverwrittenCannotBeSeenAgain() {
        var memory = begun(6)
        for _ in 0..<60 { _ = memory.advance() }
        let before = memory.position, isTaken = memory.truncate(to: 10)
        #expect(!isTaken && memory.position == before)
    }

    @Test func aTurnIsForgottenWhole() {
        var memory = begun(5)
        for turn in 0..<3 {
            memory.beginTurn()
            for _ in 0..<8 { _ = memory.advance() }
            #expect(memory.oldest == (turn < 2 ? 5 : 13))
        }
    }

    @Test func aLongBeginningLeavesHalfTheWindow() {
        #expect(Self.shape.pinnedMax == 20)
        for (pinned, window) in [(20, 10), (11, 19), (10, 20), (1, 20)] {
            let memory = begun(pinned)
            #expect(memory.window == window)
        }
    }
}

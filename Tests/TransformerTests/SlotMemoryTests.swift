// What a slot computes, sees and drops, against the plain definition: lists of the positions that are kept.

import Basics
import Testing

@testable import Transformer

/// The definition: a talk's positions and the remembered ones by their numbers, nothing said of rows.
private struct PlainMemory {
    let shape: SlotMemory.Shape
    var position = 0
    /// The positions of remembered slices, oldest first.
    var remembered: [Int] = []

    /// What the window of position `p` holds.
    private func window(_ p: Int) -> Range<Int> {
        max(shape.sinks, (p / shape.slice + 1) * shape.slice - shape.window)..<p + 1
    }

    /// Whether the position was remembered and has left the window.
    private func isVisible(_ number: Int) -> Bool { number < window(position - 1).lowerBound }

    /// What position `p` sees, in order, itself last.
    func seen(_ p: Int) -> [Int] {
        guard p >= shape.sinks else { return Array(0...p) }
        return Array(0..<shape.sinks) + remembered.filter(isVisible) + window(p)
    }

    /// Whether the last slice can be remembered; makes room for it.
    mutating func remember() -> Bool {
        guard shape.memory > 0, position > shape.sinks else { return false }
        guard remembered.count == shape.memory else { return true }
        let visible = remembered.filter(isVisible).count
        remembered.removeFirst(min(visible, max(shape.slice, shape.memory / 8 / shape.slice * shape.slice)))
        return visible > 0
    }
}

/// What the rows of a cache hold.
private struct Rows {
    struct Row: Equatable {
        /// The position of the talk, and where its key was rotated.
        var number, rotation: Int
    }
    var rows: [Row?]

    mutating func move(_ move: SlotMemory.Move) {
        for i in 0..<move.count {
            rows[move.target + i] = rows[move.source + i].map {
                Row(number: $0.number, rotation: $0.rotation - move.positions)
            }
        }
    }

    /// What a place sees: the positions in order, and how far each key is from the query that meets it.
    func seen(_ place: SlotMemory.Place) -> (numbers: [Int], distances: [Int]) {
        let kept = place.kept.map { (rows[$0]!, place.among) }
        let window = (Array(place.window) + place.wrapped).map { (rows[$0]!, place.position) }
        return ((kept + window).map(\.0.number), (kept + window).map { $0.1 - $0.0.rotation })
    }
}

@Suite struct SlotMemoryTests {
    /// A slot, its rows and the definition, side by side.
    private struct Talk {
        var memory: SlotMemory
        var plain: PlainMemory
        var rows: Rows
        var remembered = 0

        init(_ shape: SlotMemory.Shape) {
            (memory, plain) = (SlotMemory(shape: shape), PlainMemory(shape: shape))
            rows = Rows(rows: Array(repeating: nil, count: shape.rows))
        }

        /// A position of the talk. Keys are as far from their queries as if all that is seen had been the whole talk.
        private mutating func compute(_ p: Int) {
            let place = memory.place(p), expected = plain.seen(p)
            rows.rows[place.row] = Rows.Row(number: p, rotation: place.position)
            let (numbers, distances) = rows.seen(place)
            #expect(numbers == expected, "position \(p)")
            #expect(distances == (0..<expected.count).reversed(), "position \(p)")
        }

        /// A slice, which may be taken back but for its first position, and may be remembered.
        mutating func slice(isRepeated: Bool, isWanted: Bool) {
            let shape = memory.shape
            plain.position += shape.slice
            let first = memory.advance(shape.slice)
            #expect(first == plain.position - shape.slice)
            for p in first..<first + shape.slice { compute(p) }
            if isRepeated {
                memory.rewind()
                // Wanted slices are remembered while their last position comes again.
                if isWanted { remember(first) }
                #expect(memory.advance(1) == first + shape.slice - 1)
                compute(first + shape.slice - 1)
            } else if isWanted {
                remember(first)
            }
            #expect(memory.position == plain.position)
        }

        private mutating func remember(_ first: Int) {
            let isKept = plain.remember(), move = memory.remember(), shape = memory.shape
            #expect((move != nil) == isKept)
            #expect(memory.keepsSlice == (isKept || first < shape.sinks))
            guard let move else { return }
            remembered += 1
            rows.move(move)
            plain.remembered += first..<first + shape.slice
            let start = memory.advanceMemory()
            for i in 0..<shape.slice {
                let place = memory.memoryPlace(start + i)
                rows.rows[place.row] = Rows.Row(number: first + i, rotation: place.position)
                let (numbers, distances) = rows.seen(place)
                let before = plain.remembered.prefix(plain.remembered.count - shape.slice + i + 1)
                #expect(numbers == Array(0..<shape.sinks) + before)
                #expect(distances == (0..<numbers.count).reversed())
            }
        }

        mutating func reset() {
            memory.reset()
            plain = PlainMemory(shape: memory.shape)
        }
    }

    private static let shapes = [
        (0, 0, 6, 2), (2, 0, 4, 2), (4, 4, 6, 2), (2, 6, 4, 2), (4, 8, 8, 2), (2, 2, 4, 2), (4, 32, 6, 2), (4, 0, 5, 1),
        (3, 9, 12, 3),
        (0, 20, 2, 1),
    ]

    /// Talks of chance: their slices wanted seldom and often, one talk after another in the same slot.
    @Test(arguments: shapes) func everyPositionSeesWhatTheDefinitionSays(_ size: (Int, Int, Int, Int)) {
        let shape = SlotMemory.Shape(sinks: size.0, memory: size.1, window: size.2, slice: size.3)
        var talk = Talk(shape), random = Random(seed: 7)
        for wanted in [0.0, 0.1, 0.5, 1] {
            talk.reset()
            for _ in 0..<60 {
                let isRepeated = shape.slice > 1 && random.uniform() < 0.3
                talk.slice(isRepeated: isRepeated, isWanted: Double(random.uniform()) < wanted)
            }
        }
        #expect(shape.memory > 0 ? talk.remembered > 20 : talk.remembered == 0)
    }

    @Test func evictionDropsWholeSlices() {
        let shape = SlotMemory.Shape(sinks: 2, window: 6, slice: 2)
        #expect((7...10).map(shape.oldest(for:)) == [2, 4, 4, 6])
        var memory = SlotMemory(shape: shape)
        let places = (0..<6).flatMap { _ in
            let first = memory.advance(2)
            return [memory.place(first), memory.place(first + 1)]
        }
        #expect(places.map(\.among) == Array(0..<8) + [6, 7, 6, 7])
        // The ninth position writes over the third.
        #expect(places.map(\.row) == Array(0..<8) + [2, 3, 4, 5])
        #expect(places[9].window == 4..<8 && places[9].wrapped == 2..<4)
    }

    @Test func aFullMemoryDropsAnEighthOfWholeSlices() {
        #expect(SlotMemory.Shape(sinks: 2, memory: 4, window: 4, slice: 2).dropped == 2)
        #expect(SlotMemory.Shape(sinks: 2, memory: 48, window: 4, slice: 2).dropped == 6)
        #expect(SlotMemory.Shape(sinks: 2, memory: 52, window: 4, slice: 2).dropped == 6)
        #expect(SlotMemory.Shape(sinks: 2, memory: 9, window: 3, slice: 3).dropped == 3)
    }

    /// A sink stays anyway; a memory that is full of what the window still holds has nothing to drop.
    @Test func whatCannotBeRememberedIsNot() {
        var memory = SlotMemory(shape: SlotMemory.Shape(sinks: 2, memory: 2, window: 6, slice: 2))
        func next() -> Bool {
            _ = memory.advance(2)
            guard memory.remember() != nil else { return false }
            _ = memory.advanceMemory()
            return true
        }
        // Sinks; a slice; two that find it in the window still; the one for which it has left.
        #expect((0..<6).map { _ in next() } == [false, true, false, false, true, false])
    }
}

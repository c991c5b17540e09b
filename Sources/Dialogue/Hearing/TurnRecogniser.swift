// What finds the words of turns, beside the slices.

/// Finds the words of turns, several at once. One thread owns it.
public protocol TurnRecogniser: AnyObject {
    /// Begins with a turn, at the plan's sample rate. Nil while it has no room for another.
    func begin(_ samples: [Float]) -> Int?
    /// Works on every turn that has begun. Returns those that are done, with their words; empty if there are none.
    func step() -> [(place: Int, text: String)]
    /// Forgets a turn whose words are not wanted any more.
    func cancel(_ place: Int)
}

/// Turns that wait for their words: the latest of each key.
public final class TurnQueue<Key: Hashable> {
    private struct Turn {
        var id: Int
        var samples: [Float]
    }

    private let recogniser: any TurnRecogniser
    /// In the order in which they came.
    private var waiting: [(key: Key, turn: Turn)] = []
    private var running: [Int: (key: Key, id: Int)] = [:]

    public init(_ recogniser: any TurnRecogniser) { self.recogniser = recogniser }

    public var isBusy: Bool { !waiting.isEmpty || !running.isEmpty }

    /// The words of these samples are wanted, and no earlier ones of `key`.
    public func take(_ key: Key, id: Int, samples: [Float]) {
        forget(key)
        waiting.append((key, Turn(id: id, samples: samples)))
    }

    /// No words of `key` are wanted any more.
    public func forget(_ key: Key) {
        waiting.removeAll { $0.key == key }
        for (place, turn) in running where turn.key == key {
            recogniser.cancel(place)
            running[place] = nil
        }
    }

    /// Does a step of work. Returns the turns that are done.
    public func step() -> [(key: Key, id: Int, text: String)] {
        while let first = waiting.first, let place = recogniser.begin(first.turn.samples) {
            running[place] = (first.key, first.turn.id)
            waiting.removeFirst()
        }
        return recogniser.step().compactMap { place, text in
            running.removeValue(forKey: place).map { ($0.key, $0.id, text) }
        }
    }
}

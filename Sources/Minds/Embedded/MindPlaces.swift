// The places of sessions at a mind, and how many requests wait for each: shared by the handles and the loop.

internal import Synchronization

final class MindPlaces: Sendable {
    private struct State {
        /// Lowest last.
        var free: [Int]
        /// [places]
        var waiting: [Int]
    }

    private let state: Mutex<State>
    private let waitingMax: Int

    init(count: Int, waitingMax: Int) {
        self.waitingMax = waitingMax
        state = Mutex(State(free: (0..<count).reversed(), waiting: Array(repeating: 0, count: count)))
    }

    /// A free place, or nil.
    func take() -> Int? { state.withLock { $0.free.popLast() } }

    func free(_ place: Int) {
        state.withLock { state in
            state.free.append(place)
            state.waiting[place] = 0
        }
    }

    /// Counts a request that is about to be sent. False if too many wait; decisions about answers have twice the room.
    func sends(_ place: Int, isDecision: Bool) -> Bool {
        state.withLock { state in
            guard state.waiting[place] < (isDecision ? 2 : 1) * waitingMax else { return false }
            state.waiting[place] += 1
            return true
        }
    }

    func took(_ place: Int) { state.withLock { $0.waiting[place] -= 1 } }
}

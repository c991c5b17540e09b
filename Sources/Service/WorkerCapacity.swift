// How much room a worker has, as the socket thread sees it.

internal import Dialogue
internal import Switchboard

struct WorkerCapacity {
    /// Sessions that the engine could hold now, including those it holds.
    var sessionsMax = 0
    /// p99 share of real time that the worker's slices take.
    var load = 0.0
    /// Sessions that have a place but do not use it.
    var idle = 0

    init() {}

    init(_ board: Switchboard) {
        let engine = board.engine
        (sessionsMax, load, idle) = (engine.sessionCount + engine.room, engine.load, board.idleCount)
    }
}

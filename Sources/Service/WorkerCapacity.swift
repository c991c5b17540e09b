// How much room a worker has, as the socket thread sees it.

internal import Dialogue
internal import Switchboard

struct WorkerCapacity {
    /// Sessions that the engine could hold at present, those that it holds included.
    var sessionsMax = 0
    /// Share of real time that its slices take at p99.
    var load = 0.0
    /// Places among its sessions that nobody uses.
    var idle = 0

    init() {}

    init(_ board: Switchboard) {
        let engine = board.engine
        (sessionsMax, load, idle) = (engine.sessionCount + engine.room, engine.load, board.idleCount)
    }
}

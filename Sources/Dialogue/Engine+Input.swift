// What of a session's input waits in the engine: whoever feeds it must know.

public import Basics

extension Engine {
    /// Samples that wait for their slice, and how many more have room. None have where the session is gone.
    public func input(of slot: Slot) -> (ahead: Int, room: Int) {
        guard table.isCurrent(slot), let input = sessions[slot.index]?.input else { return (0, 0) }
        return (input.count, input.capacity - input.count)
    }
}

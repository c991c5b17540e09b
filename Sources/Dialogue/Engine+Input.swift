// Reports how much of a session's input is queued in the engine, for whoever feeds it.

public import Basics

extension Engine {
    /// Samples queued for their slice, and how many more fit. Both are 0 when the session is gone.
    public func input(of slot: Slot) -> (ahead: Int, room: Int) {
        guard table.isCurrent(slot), let input = sessions[slot.index]?.input else { return (0, 0) }
        return (input.count, input.capacity - input.count)
    }
}

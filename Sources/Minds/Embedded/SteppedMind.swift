// An embedded mind without a thread.

public import Dialogue

/// Owned by one thread, which opens its sessions and steps it.
public final class SteppedMind {
    private let mind: EmbeddedMind
    private let loop: MindLoop

    init(_ mind: EmbeddedMind) { (self.mind, loop) = (mind, mind.makeLoop()) }

    /// Begins a session. `deliver` is called by `step`. Nil when there is no room for another.
    public func open(deliver: @escaping @Sendable (MindEvent) -> Void) -> (any MindSeat)? {
        mind.open(deliver: deliver)
    }

    /// Takes what was asked and computes a batch. Returns its rows; 0 if there was nothing to compute.
    public func step() -> Int {
        let before = loop.rowCount
        loop.step()
        return loop.rowCount - before
    }
}

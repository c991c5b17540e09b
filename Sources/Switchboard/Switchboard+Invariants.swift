// What must hold between events. A violation is a programming error and stops the program.

internal import Basics
internal import Wire

extension Switchboard {
    /// Stops the program if an invariant is broken. The simulation calls it after every step.
    public func checkInvariants() {
        for (link, row) in rows {
            invariant(
                isLive(row) && callers[row]!.link == link && !callers[row]!.isHeld, "link \(link) leads to nobody")
        }
        for (row, caller) in callers.enumerated() {
            guard let caller else { continue }
            invariant(caller.slot.index == row, "a caller in a foreign row")
            invariant(caller.outgoing.isEmpty, "a caller's messages were not sent")
            switch caller.state {
            case .waiting, .running: invariant(rows[caller.link] == row, "a caller without its link")
            case .held, .leaving: invariant(rows[caller.link] != row, "a link to a caller who has gone")
            }
            invariant(
                caller.backlog.count <= caller.backlog.samplesMax && caller.postponed.count <= Self.waitingMax,
                "too much of a caller waits")
        }
    }
}

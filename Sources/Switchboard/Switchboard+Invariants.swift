// What must hold between events. A violation is a programming error and stops the program.

internal import Basics
internal import Wire

extension Switchboard {
    /// Stops the program if an invariant is broken. The simulation calls it after every step.
    public func checkInvariants() {
        for (link, place) in placeOfLink {
            invariant(
                isLive(place) && callers[place]!.link == link && !callers[place]!.isHeld, "link \(link) leads to nobody"
            )
        }
        for (place, caller) in callers.enumerated() {
            guard let caller else { continue }
            invariant(caller.slot.index == place, "a caller in a foreign place")
            invariant(caller.outgoing.isEmpty, "a caller's messages were not sent")
            switch caller.state {
            case .waiting, .running: invariant(placeOfLink[caller.link] == place, "a caller without its link")
            case .held, .leaving: invariant(placeOfLink[caller.link] != place, "a link to a caller who has gone")
            }
            invariant(
                caller.backlog.count <= caller.backlog.samplesMax && caller.postponed.count <= Self.waitingMax,
                "too much of a caller waits")
        }
    }
}

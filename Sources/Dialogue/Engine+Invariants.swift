// What must hold between ticks. A broken one is our mistake: stop and say so.

internal import Basics

extension Engine {
    /// Stops the program where one is broken. Called after every piece of work in debug builds, and by the simulation.
    public func checkInvariants() {
        for phase in scheduler.phases.indices { check(phase) }
        for (index, session) in sessions.enumerated() {
            guard let session else { continue }
            invariant(
                session.slot.index == index && table.isCurrent(session.slot), "a session in a foreign slot")
        }
    }

    /// The members of a phase are counted, and the columns of the step that runs are those of its rowOwners.
    private func check(_ phase: Int) {
        let members = sessions.count { $0?.phase == phase }
        invariant(members == scheduler.phases[phase].sessions, "phase \(phase) miscounts its sessions")
        let slots = batches[phase].slots, isRunning = scheduler.phases[phase].next != nil
        invariant(isRunning == (scheduler.running == phase), "phase \(phase) runs a step beside another")
        invariant(isRunning == !rowOwners[phase].isEmpty, "phase \(phase) has rowOwners without a step")
        guard isRunning else { return }
        invariant(zip(slots, slots.dropFirst()).allSatisfy(<), "rows out of order")
        invariant(rowOwners[phase].map(\.index) == slots, "rows without rowOwners")
        // Whoever rides is there, or has gone and left the slot to nobody.
        invariant(
            rowOwners[phase].allSatisfy { sessions[$0.index]?.slot == $0 || table.rests($0) },
            "a column is another's while a step rides on it")
    }
}

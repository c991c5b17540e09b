// What must hold between ticks. A violation is a programming error and stops the program.

internal import Basics

extension Engine {
    /// Stops the program if an invariant is broken. Called after every piece of work in debug builds, and by the simulation.
    public func checkInvariants() {
        for phase in scheduler.phases.indices { check(phase) }
        for (index, session) in sessions.enumerated() {
            guard let session else { continue }
            invariant(
                session.slot.index == index && table.isCurrent(session.slot), "a session in a foreign slot")
        }
    }

    /// A phase counts its members correctly, and the columns of the running step belong to its `rowOwners`.
    private func check(_ phase: Int) {
        let members = sessions.count { $0?.phase == phase }
        invariant(members == scheduler.phases[phase].sessions, "phase \(phase) miscounts its sessions")
        let slots = batches[phase].slots, isRunning = scheduler.phases[phase].next != nil
        invariant(isRunning == (scheduler.running == phase), "phase \(phase) runs a step beside another")
        invariant(isRunning == !rowOwners[phase].isEmpty, "phase \(phase) has owners of rows but runs no step")
        guard isRunning else { return }
        invariant(zip(slots, slots.dropFirst()).allSatisfy(<), "rows out of order")
        invariant(rowOwners[phase].map(\.index) == slots, "rows without owners")
        // A row's owner is still there, or has left and its slot is not in use again.
        invariant(
            rowOwners[phase].allSatisfy { sessions[$0.index]?.slot == $0 || table.rests($0) },
            "a column is another's while a step rides on it")
    }
}

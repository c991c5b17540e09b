// What must hold between ticks. A broken one is our mistake: stop and say so.

internal import Basics

extension Engine {
    /// Checked after every piece of work in debug builds.
    func checkInvariants() {
        assert(
            {
                for phase in scheduler.phases.indices {
                    let members = sessions.compactMap { $0 }.filter { $0.phase == phase }.count
                    invariant(members == scheduler.phases[phase].sessions, "phase \(phase) miscounts its sessions")
                    let batch = batches[phase]
                    invariant(zip(batch.slots, batch.slots.dropFirst()).allSatisfy(<), "rows out of order")
                    invariant(
                        scheduler.phases[phase].next == nil || riders[phase].count == batch.slots.count,
                        "rows without riders")
                }
                for (index, session) in sessions.enumerated() {
                    guard let session else { continue }
                    invariant(
                        session.slot.index == index && table.isCurrent(session.slot), "a session in a foreign slot")
                }
                return true
            }())
    }
}

// A worker's seats at the mind: passes its sessions' requests on.

internal import Basics
internal import Dialogue
internal import Minds

/// Seats by slot.
struct WorkerMinds {
    private let mind: (any Mind)?
    private var seats: [Slot: any MindSeat] = [:]

    init(_ mind: (any Mind)?) { self.mind = mind }

    /// Passes a request on. The first opens the seat, whose events `deliver` receives on the mind's threads. Returns an event if the
    /// mind has no room for the session.
    mutating func ask(
        _ slot: Slot, _ request: MindRequest, deliver: @escaping @Sendable (MindEvent) -> Void
    ) -> MindEvent? {
        if seats[slot] == nil, case .configure = request { seats[slot] = mind?.open(deliver: deliver) }
        seats[slot]?.take(request)
        if case .close = request { seats[slot] = nil }
        guard seats[slot] == nil, case .answer(let answer, _) = request else { return nil }
        return .failed(answer: answer, MindFailure(.full, "The mind has no room for another session."))
    }
}

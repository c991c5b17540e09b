// A mind on a virtual clock.

internal import Basics
internal import Dialogue
public import Minds
public import Simulation
internal import Synchronization

/// Serves the sessions of one virtual worker. What a mind computes takes as long as on this project's machines, so that conversations
/// are the same every time.
public final class VirtualMind: Sendable {
    /// What a batch costs, and each of its rows: a line through the default mind's speed in int8g, which has 147 tokens a second in a batch
    /// of one, 593 in one of eight, and 965 in chunks of 32 of a prompt (docs/benchmarks.md, "A mind in this process").
    private static let batchNanoseconds: Int64 = 6_000_000, rowNanoseconds: Int64 = 900_000

    private struct State {
        var seats: [Slot: any MindSeat] = [:]
        /// When the mind has computed what it was asked.
        var free = Instant.zero
    }

    private nonisolated(unsafe) let mind: SteppedMind
    private let state = Mutex(State())
    private let told = Mutex<[(slot: Slot, event: MindEvent)]>([])

    public init(_ mind: SteppedMind) { self.mind = mind }

    /// From now on it answers the worker's sessions, as long as the worker lives.
    public func serve(_ worker: VirtualWorker) {
        worker.mind = { [unowned worker] slot, request in self.take(slot, request, worker) }
    }

    private func take(_ slot: Slot, _ request: MindRequest, _ worker: VirtualWorker) {
        state.withLock { state in
            if state.seats[slot] == nil, case .configure = request {
                state.seats[slot] = mind.open { event in self.told.withLock { $0.append((slot, event)) } }
            }
            state.seats[slot]?.take(request)
            if case .close = request { state.seats[slot] = nil }
            state.free = max(state.free, worker.now)
            var rows = 1
            while rows > 0 {
                rows = mind.step()
                let cost = rows == 0 ? 0 : Self.batchNanoseconds + Int64(rows) * Self.rowNanoseconds
                state.free = state.free.advanced(nanoseconds: cost)
                let events = told.withLock { all in
                    defer { all = [] }
                    return all
                }
                for (slot, event) in events { worker.deliver(event, to: slot, at: state.free) }
            }
        }
    }
}

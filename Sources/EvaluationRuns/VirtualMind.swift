// A mind on a virtual clock.

internal import Basics
internal import Dialogue
public import Minds
public import Simulation
internal import Synchronization

/// Serves the sessions of one virtual worker. What a mind computes takes as long as on this project's machines, so that conversations
/// are the same every time.
public final class VirtualMind: Sendable {
    /// A batch of a small model's tokens: 12 ms (docs/benchmarks.md, "A mind").
    private static let stepNanoseconds: Int64 = 12_000_000

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
            var isBusy = true
            while isBusy {
                isBusy = mind.step()
                if isBusy { state.free = state.free.advanced(nanoseconds: Self.stepNanoseconds) }
                let events = told.withLock { all in
                    defer { all = [] }
                    return all
                }
                for (slot, event) in events { worker.deliver(event, to: slot, at: state.free) }
            }
        }
    }
}

// A fake mind that serves a virtual worker.

internal import Basics
internal import Dialogue

/// The minds of a virtual worker's sessions.
final class SharedMind {
    private var mind: FakeMind

    init(seed: UInt64) { mind = FakeMind(random: Random(seed: seed)) }

    var violations: [String] { mind.violations }
    var openCount: Int { mind.openCount }

    /// Takes the worker's requests.
    func serve(_ worker: VirtualWorker) {
        worker.mind = { [unowned self, unowned worker] slot, request in mind.take(slot, request, at: worker.now) }
    }

    /// Delivers what is due.
    func advance(_ worker: VirtualWorker) {
        for event in mind.take(at: worker.now) {
            if case .mind(let slot, let event) = event { worker.deliver(event, to: slot) }
        }
    }
}

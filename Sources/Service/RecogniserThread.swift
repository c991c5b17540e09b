// The thread that finds the words of all workers' turns.

internal import Basics
internal import CSystem
internal import Dialogue
internal import Glibc

/// Thread-safe. The thread ends when this is released.
final class RecogniserThread: Sendable {
    /// A session of all workers.
    private struct Key: Hashable {
        var worker: Int, slot: Slot
    }

    private enum Message: Sendable {
        case recognise(worker: Int, Slot, id: Int, [Float], deliver: @Sendable (String) -> Void)
        case forget(worker: Int, Slot)
        case stop
    }

    private let mailbox = Mailbox<Message>(countMax: 1)

    /// `recogniser` is used by the thread alone from now on.
    init(_ recogniser: any TurnRecogniser) {
        nonisolated(unsafe) let recogniser = recogniser
        let thread = SystemThread.start { [mailbox] in
            _ = shim_name_this_thread("duet-recogniser")
            // The slices' threads go first.
            SystemThread.yield(niceness: 1)
            Self.run(TurnQueue(recogniser), mailbox)
        }
        invariant(thread != nil, "no thread for the recogniser")
        pthread_detach(thread!)
    }

    deinit { mailbox.push(.stop, urgent: true) }

    /// Has the words of a turn found, and `deliver` called with them on the thread. A newer request of the session replaces it.
    func recognise(
        worker: Int, _ slot: Slot, id: Int, _ samples: [Float], deliver: @escaping @Sendable (String) -> Void
    ) {
        mailbox.push(.recognise(worker: worker, slot, id: id, samples, deliver: deliver), urgent: true)
    }

    /// The session is over.
    func forget(worker: Int, _ slot: Slot) { mailbox.push(.forget(worker: worker, slot), urgent: true) }

    private static func run(_ queue: TurnQueue<Key>, _ mailbox: Mailbox<Message>) {
        var inbox: [Message] = [], deliver: [Key: @Sendable (String) -> Void] = [:]
        while true {
            if !queue.isBusy { mailbox.wait(until: nil) }
            mailbox.drain(into: &inbox)
            for message in inbox {
                switch message {
                case .recognise(let worker, let slot, let id, let samples, let action):
                    let key = Key(worker: worker, slot: slot)
                    deliver[key] = action
                    queue.take(key, id: id, samples: samples)
                case .forget(let worker, let slot):
                    let key = Key(worker: worker, slot: slot)
                    deliver[key] = nil
                    queue.forget(key)
                case .stop: return
                }
            }
            for (key, _, text) in queue.step() { deliver.removeValue(forKey: key)?(text) }
        }
    }
}

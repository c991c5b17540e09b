// A language model in this process as the mind of many sessions.

internal import Basics
internal import CSystem
public import Dialogue
internal import Glibc
public import Language

/// One thread of its own runs the model for all sessions (`MindLoop`), and yields to the threads that compute slices.
public final class EmbeddedMind: Mind {
    public let name: String
    /// Memory of a session whose history is full.
    public let bytesPerSession: Int
    private let weights: LanguageWeights
    private let format: any TalkFormat
    private let options: EmbeddedOptions
    private let mailbox: Mailbox<MindLoop.Message>
    private let places: MindPlaces

    /// Sessions write a talk as `format` says. Nothing is computed before `start`.
    public init(_ weights: LanguageWeights, format: any TalkFormat, options: EmbeddedOptions = EmbeddedOptions()) {
        (self.weights, self.format, self.options) = (weights, format, options)
        name = weights.name
        bytesPerSession = LanguageRuntime.bytesPerSlot(
            weights.shape.stack, memory: MindLoop.memory(options), cache: options.cache)
        mailbox = Mailbox(countMax: 1)
        places = MindPlaces(count: options.sessionsMax, waitingMax: options.requestsMax)
    }

    deinit { mailbox.push(.stop, urgent: true) }

    /// Starts the thread, which runs until the mind is released. False if the system has none to give.
    public func start() -> Bool {
        let (weights, format, options, mailbox, places) = (weights, format, options, mailbox, places)
        let thread = SystemThread.start {
            _ = shim_name_this_thread("duet-mind")
            // The slices' threads go first.
            SystemThread.yield(niceness: options.niceness)
            let loop = MindLoop(weights, format: format, options: options, mailbox: mailbox, places: places)
            while !loop.isStopped { if !loop.step() { mailbox.wait(until: nil) } }
        }
        guard let thread else { return false }
        pthread_detach(thread)
        return true
    }

    /// The same model for sessions of its own, without a thread: its owner gives it time.
    public func stepped() -> SteppedMind {
        SteppedMind(EmbeddedMind(weights, format: format, options: options))
    }

    /// What the thread runs, for those who run it by hand.
    func makeLoop() -> MindLoop {
        MindLoop(weights, format: format, options: options, mailbox: mailbox, places: places)
    }

    public func open(deliver: @escaping @Sendable (MindEvent) -> Void) -> (any MindSeat)? {
        guard let place = places.take() else { return nil }
        mailbox.push(.open(place, deliver: deliver), urgent: true)
        return EmbeddedSeat(place, mailbox, places, deliver)
    }
}

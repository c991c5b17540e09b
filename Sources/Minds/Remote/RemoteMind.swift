// A mind behind the network: a server of OpenAI's chat completions.

internal import Basics
public import Dialogue
internal import Glibc
internal import Synchronization

/// Any server of OpenAI's chat completions that streams: vLLM, llama.cpp's server, Ollama, OpenAI. All sessions' streams are turned by one
/// thread of the mind's own. It sends one request a turn, unless it speculates or the first try fails; the whole history goes with each.
///
/// These servers tell no likelihoods: `MindRequest.probe` is not answered, unless the mind speculates; then every pause begins an answer.
public final class RemoteMind: Mind {
    public let name: String
    private let loop: RemoteLoop
    private let thread: pthread_t
    private let places: RemotePlaces

    /// Throws when the options are unusable; nothing is sent yet.
    public init(_ options: RemoteMindOptions) throws(RemoteMindError) {
        try options.check()
        let loop = try RemoteLoop(options)
        guard let thread = SystemThread.start({ loop.run() }) else { throw .libcurl }
        (name, self.loop, self.thread) = (options.model, loop, thread)
        places = RemotePlaces(countMax: options.sessionsMax)
    }

    /// Closes every stream.
    deinit {
        loop.post(.stop)
        // The last reference may go in a session's event, on the loop's own thread.
        if pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    public func open(deliver: @escaping @Sendable (MindEvent) -> Void) -> (any MindSeat)? {
        guard let session = places.take() else { return nil }
        loop.post(.open(session, deliver))
        return RemoteSeat(session, self, loop, places)
    }
}

/// A session's place at a remote mind, until `close` or until it is let go.
private final class RemoteSeat: MindSeat {
    private let session: Int
    private let mind: RemoteMind
    private let loop: RemoteLoop
    private let places: RemotePlaces
    private let isClosed = Atomic<Bool>(false)

    init(_ session: Int, _ mind: RemoteMind, _ loop: RemoteLoop, _ places: RemotePlaces) {
        (self.session, self.mind, self.loop, self.places) = (session, mind, loop, places)
    }

    deinit { close() }

    func take(_ request: MindRequest) {
        if request == .close { return close() }
        loop.post(.request(session, request))
    }

    private func close() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        loop.post(.request(session, .close))
        places.give()
    }
}

/// Counts open sessions, and numbers them.
private final class RemotePlaces: Sendable {
    private let countMax: Int
    private let state = Mutex((open: 0, next: 0))

    init(countMax: Int) { self.countMax = countMax }

    /// The next session's number; nil when there is no room.
    func take() -> Int? {
        state.withLock { state in
            guard state.open < countMax else { return nil }
            state.open += 1
            state.next += 1
            return state.next
        }
    }

    func give() { state.withLock { $0.open -= 1 } }
}

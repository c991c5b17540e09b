// One session's handle to the embedded mind.

internal import Basics
internal import Dialogue
internal import Synchronization

final class EmbeddedSeat: MindSeat {
    private let place: Int
    private let mailbox: Mailbox<MindLoop.Message>
    private let places: MindPlaces
    private let deliver: @Sendable (MindEvent) -> Void
    private let isClosed = Mutex(false)

    init(
        _ place: Int, _ mailbox: Mailbox<MindLoop.Message>, _ places: MindPlaces,
        _ deliver: @escaping @Sendable (MindEvent) -> Void
    ) {
        (self.place, self.mailbox, self.places, self.deliver) = (place, mailbox, places, deliver)
    }

    deinit { close() }

    /// A request beyond the limit is dropped; if it asks for an answer, that answer fails.
    func take(_ request: MindRequest) {
        if case .close = request { return close() }
        let isTaken = isClosed.withLock { isClosed in
            guard !isClosed else { return true }
            guard places.sends(place, isDecision: request.isDecision) else { return false }
            mailbox.push(.request(place, request), urgent: true)
            return true
        }
        if case .answer(let id, _) = request, !isTaken {
            deliver(.failed(answer: id, MindFailure(.full, "more requests wait than a session may have")))
        }
    }

    private func close() {
        isClosed.withLock { isClosed in
            if !isClosed { mailbox.push(.close(place), urgent: true) }
            isClosed = true
        }
    }
}

extension MindRequest {
    /// Whether it decides about an answer. There are few of these, and the history is wrong without one.
    fileprivate var isDecision: Bool {
        switch self {
        case .commit, .rollback, .cut, .configure: true
        case .append, .hear, .rehear, .probe, .answer, .result, .close: false
        }
    }
}

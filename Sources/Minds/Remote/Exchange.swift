// One answer's request and what has come of it. Pure.

internal import Basics
internal import Dialogue

/// From the request to the answer's end, over one or two transfers.
struct Exchange: Sendable {
    private static let refusalBytesMax = 16 << 10
    /// Before a second try for which the server asked no pause.
    static let retryMilliseconds: Int64 = 200

    /// What follows the end of a transfer.
    enum Next { case done, retry(at: Instant), fail(MindFailure) }

    let answer: Int
    let body: String
    let began: Instant
    /// The present transfer; nil while it waits for the second try.
    var transfer: Int?
    private(set) var retryAt: Instant?
    private var hasRetried = false
    private var reply = ChatReply()
    /// The body of a response that is no answer.
    private var refusal: [UInt8] = []
    /// When the last event came.
    private var heardAt: Instant

    init(answer: Int, body: String, at now: Instant) {
        (self.answer, self.body) = (answer, body)
        (began, heardAt) = (now, now)
    }

    var isComplete: Bool { reply.isComplete }

    // MARK: What comes

    /// Bytes of the response's body. False when no more of it is wanted.
    mutating func read(
        _ bytes: some Collection<UInt8>, status: Int, into parts: inout [ReplyPart], at now: Instant
    ) throws(MindFailure) -> Bool {
        guard (200..<300).contains(status) else {
            refusal += bytes.prefix(Self.refusalBytesMax - refusal.count)
            return refusal.count < Self.refusalBytesMax
        }
        let events = reply.events
        try reply.read(bytes, into: &parts)
        if reply.events > events { heardAt = now }
        return true
    }

    mutating func end(
        _ end: TransferEnd, options: RemoteMindOptions, into parts: inout [ReplyPart], at now: Instant
    ) throws(MindFailure) -> Next {
        transfer = nil
        guard case .complete(let status, let seconds) = end else {
            guard !reply.hasBegun else { return .fail(.brokeOff) }
            return end.isPassing ? again(after: Self.retryMilliseconds, at: now, or: end.failure) : .fail(end.failure)
        }
        if (200..<300).contains(status) {
            try reply.close(into: &parts)
            return .done
        }
        let failure = self.failure(status, options)
        guard [429, 500, 502, 503, 504].contains(status), Int64(seconds) * 1000 <= options.patienceMilliseconds else {
            return .fail(failure)
        }
        return again(after: max(Self.retryMilliseconds, Int64(seconds) * 1000), at: now, or: failure)
    }

    private mutating func again(after milliseconds: Int64, at now: Instant, or failure: MindFailure) -> Next {
        guard !hasRetried else { return .fail(failure) }
        hasRetried = true
        (reply, refusal) = (ChatReply(), [])
        retryAt = now.advanced(milliseconds: milliseconds)
        return .retry(at: retryAt!)
    }

    private func failure(_ status: Int, _ options: RemoteMindOptions) -> MindFailure {
        let start =
            switch status {
            case 300..<400: "The mind's server redirects to another address, which is not followed (\(status))"
            case 401, 403: "The mind's server refuses the key in DUET_MIND_KEY, or wants one (\(status))"
            case 404:
                "The mind's server has no such model, or no chat completions at this address, which mostly ends with /v1 (404)"
            case 429: "The mind's server has a limit, which is reached (429)"
            default: "The mind's server refuses the request (\(status))"
            }
        let sentence = ServerMessage.sentence(start, ServerMessage.body(refusal))
        return MindFailure(status >= 500 ? .unreachable : .refused, options.key?.hidden(in: sentence) ?? sentence)
    }

    // MARK: Time

    /// The second try begins.
    mutating func retried() { retryAt = nil }

    /// When something is to be done if nothing comes.
    func deadline(_ options: RemoteMindOptions) -> Instant {
        let patience = giveUp(options)
        return retryAt.map { min($0, patience) } ?? patience
    }

    /// Nil while there is time left.
    func lateness(_ options: RemoteMindOptions, at now: Instant) -> MindFailure? {
        guard now >= giveUp(options) else { return nil }
        if !reply.hasBegun { return MindFailure(.timeout, "The mind's server did not begin its answer in time.") }
        return MindFailure(.timeout, "The mind's server did not go on with its answer in time.")
    }

    private func giveUp(_ options: RemoteMindOptions) -> Instant {
        guard reply.hasBegun else { return began.advanced(milliseconds: options.firstTokenMilliseconds) }
        return min(
            heardAt.advanced(milliseconds: options.betweenTokensMilliseconds),
            began.advanced(milliseconds: options.answerMilliseconds))
    }
}

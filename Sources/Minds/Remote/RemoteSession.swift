// One session with a remote mind: history, request, answer, second try. Pure: it is told the time.
//
//  MindRequest ─▶ history ─▶ request ─▶ transfer ─▶ answer ─▶ MindEvent

internal import Basics
internal import Dialogue

/// Decides what is sent, closed and told. There is at most one exchange at a time.
struct RemoteSession: Sendable {
    /// Messages and pieces of words since an answer began, beyond which it can no longer be rolled back.
    static let undoRequestsMax = 256

    private let options: RemoteMindOptions
    private var setup = MindSetup()
    private(set) var history = ChatHistory()
    /// The latest answer's number.
    private var latest = 0
    /// What a rollback returns to: the history before the latest answer, and what has been said since.
    private var undo: (history: ChatHistory, since: [MindRequest])?
    /// A provisional answer whose request waits for `commit`.
    private var waiting: Int?
    private var exchange: Exchange?
    private var transfers = 0, calls = 0
    private var actions: [RemoteAction] = []

    init(_ options: RemoteMindOptions) { self.options = options }

    /// When `tick` is to be called; nil while nothing is awaited.
    var deadline: Instant? { exchange?.deadline(options) }

    // MARK: From the engine

    mutating func take(_ request: MindRequest, at now: Instant) -> [RemoteAction] {
        switch request {
        case .configure(let setup): self.setup = setup
        case .probe(let number): if options.speculates { actions.append(.tell(.likelihood(probe: number, .nan))) }
        case .append, .hear, .rehear, .result: note(request)
        case .answer(let number, let isProvisional): answer(number, isProvisional, at: now)
        case .commit(let number): if number == latest { commit(number, at: now) }
        case .rollback(let number): if number == latest { rollBack() }
        case .cut(let number, let heard): if number == latest { cut(number, heard) }
        case .close: stop()
        }
        return taken()
    }

    private mutating func note(_ request: MindRequest) {
        undo?.since.append(request)
        if let undo, undo.since.count > Self.undoRequestsMax { self.undo = nil }
        switch request {
        case .hear(let words): history.hear(words)
        case .rehear(let words): history.rehear(words)
        case .append(let message): history.append(message)
        case .result(let result): history.take(result)
        default: invariant(false, "\(request) is no news")
        }
    }

    private mutating func answer(_ number: Int, _ isProvisional: Bool, at now: Instant) {
        guard number > latest else { return }
        stop()
        latest = number
        undo = (history, [])
        history.begin(number)
        if isProvisional, !options.speculates { waiting = number } else { ask(number, at: now) }
    }

    private mutating func commit(_ number: Int, at now: Instant) {
        guard waiting == number else { return }
        waiting = nil
        ask(number, at: now)
    }

    /// Also of an answer that stands, as long as nothing of it has been heard.
    private mutating func rollBack() {
        guard let undo else { return }
        stop()
        self.undo = nil
        history = undo.history
        for request in undo.since { note(request) }
    }

    private mutating func cut(_ number: Int, _ heard: String) {
        stop()
        undo = nil
        history.cut(number, heard: heard)
    }

    // MARK: To the server

    private mutating func ask(_ number: Int, at now: Instant) {
        let request = ChatRequest(options: options, setup: setup, entries: history.entries)
        exchange = Exchange(answer: number, body: request.body, at: now)
        send()
    }

    private mutating func send() {
        transfers += 1
        exchange!.transfer = transfers
        actions.append(.send(transfer: transfers, body: exchange!.body))
    }

    private mutating func stop() {
        waiting = nil
        if let transfer = exchange?.transfer { actions.append(.close(transfer: transfer)) }
        exchange = nil
    }

    // MARK: From the server

    /// A piece of a response's body.
    mutating func received(
        _ bytes: some Collection<UInt8>, status: Int, of transfer: Int, at now: Instant
    ) -> [RemoteAction] {
        guard exchange?.transfer == transfer else { return [] }
        var parts: [ReplyPart] = []
        do throws(MindFailure) {
            let isWanted = try exchange!.read(bytes, status: status, into: &parts, at: now)
            tell(parts)
            guard !isWanted else { return taken() }
            actions.append(.close(transfer: transfer))
            return taken() + ended(.complete(status: status, retryAfterSeconds: 0), of: transfer, at: now)
        } catch {
            tell(parts)
            fail(error)
        }
        return taken()
    }

    mutating func ended(_ end: TransferEnd, of transfer: Int, at now: Instant) -> [RemoteAction] {
        guard exchange?.transfer == transfer else { return [] }
        var parts: [ReplyPart] = []
        do throws(MindFailure) {
            let next = try exchange!.end(end, options: options, into: &parts, at: now)
            tell(parts)
            if case .fail(let failure) = next { fail(failure) }
        } catch {
            tell(parts)
            fail(error)
        }
        return taken()
    }

    /// `deadline` has passed.
    mutating func tick(at now: Instant) -> [RemoteAction] {
        guard let exchange else { return [] }
        if let failure = exchange.lateness(options, at: now) {
            fail(failure)
        } else if let retryAt = exchange.retryAt, now >= retryAt {
            self.exchange!.retried()
            send()
        }
        return taken()
    }

    // MARK: To the engine

    private mutating func tell(_ parts: [ReplyPart]) {
        for part in parts {
            guard let answer = exchange?.answer else { return }
            switch part {
            case .words(let words):
                history.say(words, in: answer)
                actions.append(.tell(.words(answer: answer, words)))
            case .call(let name, let arguments): call(name, arguments, in: answer)
            case .end(let end): finish(answer, end)
            }
        }
    }

    /// Servers' own ids need not be unique. Nine letters and digits are what the strictest templates take (Mistral's).
    private mutating func call(_ name: String, _ arguments: String, in answer: Int) {
        guard setup.tools.contains(where: { $0.name == name }) else {
            return fail(
                MindFailure(.malformed, "The mind called “\(ServerMessage.clean(name))”, a tool that it does not have.")
            )
        }
        calls += 1
        let digits = String(calls), id = "call" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let call = ToolCall(id: id, name: name, arguments: arguments)
        history.call(call, in: answer)
        actions.append(.tell(.call(answer: answer, call)))
    }

    private mutating func finish(_ answer: Int, _ end: MindEnd) {
        if let transfer = exchange?.transfer { actions.append(.release(transfer: transfer)) }
        exchange = nil
        actions.append(.tell(.end(answer: answer, end)))
    }

    private mutating func fail(_ failure: MindFailure) {
        guard let answer = exchange?.answer else { return }
        stop()
        var failure = failure
        if let key = options.key { failure.message = key.hidden(in: failure.message) }
        actions.append(.tell(.failed(answer: answer, failure)))
    }

    private mutating func taken() -> [RemoteAction] {
        defer { actions = [] }
        return actions
    }
}

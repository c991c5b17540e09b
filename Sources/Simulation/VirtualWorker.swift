// A switchboard on a virtual clock: the same protocols, rules and engine as a server's, without sockets or waiting.

public import Basics
public import Dialogue
public import Switchboard
public import Wire

/// One engine and its callers. Work takes no time: the driver says what time it is.
public final class VirtualWorker {
    public let board: Switchboard
    public private(set) var now = Instant.zero
    private var links: [Int: VirtualLink] = [:]
    private var linksMade = 0
    private var actions: [SwitchboardAction] = []
    /// Sessions that may be resumed.
    private var tickets: Set<String> = []
    /// Counters so far.
    public private(set) var counts: [Tally: Double] = [:]
    /// Milestones of all sessions so far.
    public private(set) var reports: [SessionReport] = []
    /// Number of times that a place became free.
    public private(set) var vacatedCount = 0
    /// Receives the requests to sessions' minds. Without it, minds are silent.
    public var mind: ((Slot, MindRequest) -> Void)?
    /// Receives the turns whose words are wanted. Without it, nothing is understood.
    public var recognise: ((Slot, Int, [Float]) -> Void)?
    /// Events that are still to come, in the order of their times.
    private var due: [(at: Instant, event: LinkEvent)] = []

    /// `meter` returns the processor time used so far, in seconds; by default work costs nothing.
    public init(
        model: any Model, limits: Limits = Limits(), rules: Switchboard.Rules = Switchboard.Rules(), seed: UInt64 = 1,
        meter: @escaping () -> Double = { 0 }
    ) throws {
        board = Switchboard(
            engine: try Engine(model: model, limits: limits, start: now), model: model, rules: rules,
            random: Random(seed: seed), meter: meter)
    }

    /// Opens a connection for a new session; nil when no slot is free. At most `bytesMax` bytes are queued for it.
    public func open(
        _ entry: WireProtocols.Entry = WireProtocols.all[0], query: String = "", remote: String = "virtual",
        bytesMax: Int = .max / 2
    ) -> VirtualLink? {
        guard board.engine.sessionCount < board.engine.capacity else { return nil }
        let link = join(entry, bytesMax: bytesMax)
        deliver(.opened(link.number, UpgradeRequest(path: entry.path, query: query, remote: remote)))
        return link
    }

    /// Opens a connection that is to resume a session; nil when there is no such session.
    public func open(
        resuming session: String, _ entry: WireProtocols.Entry = WireProtocols.all[0], token: String? = nil,
        remote: String = "virtual", bytesMax: Int = .max / 2
    ) -> VirtualLink? {
        guard tickets.contains(session) else { return nil }
        let link = join(entry, bytesMax: bytesMax)
        let query = "resume=\(session)" + (token.map { "&token=\($0)" } ?? "")
        let request = UpgradeRequest(path: entry.path, query: query, remote: remote)
        deliver(.returned(link.number, request, session: session))
        return link
    }

    private func join(_ entry: WireProtocols.Entry, bytesMax: Int) -> VirtualLink {
        linksMade += 1
        let link = VirtualLink(worker: self, number: linksMade, path: entry.path, bytesMax: bytesMax, at: now)
        links[link.number] = link
        return link
    }

    /// A client was refused because the server is full.
    public func knock() { deliver(.full) }

    public func drain(until end: Instant) { deliver(.draining(until: end)) }

    /// Ends every session.
    public func stop() { deliver(.stop) }

    /// Does everything that is due until `end`.
    public func advance(to end: Instant) {
        while true {
            while let first = due.first, first.at <= now { deliver(due.removeFirst().event) }
            for link in links.values.filter(\.wasCrowded).sorted(by: { $0.number < $1.number }) { updateCrowding(link) }
            let next = board.tick(at: now)
            board.settle(at: now)
            perform()
            switch next {
            case .again: continue
            case .at(let next) where next <= end: now = max(now, min(next, due.first?.at ?? next))
            case .at, .onInput:
                if let first = due.first, first.at <= end {
                    now = max(now, first.at)
                    continue
                }
                now = end
                // Sessions can time out even when the engine has nothing to do.
                board.settle(at: now)
                return perform()
            }
        }
    }

    /// An event of the mind of the session in `slot`.
    public func deliver(_ event: MindEvent, to slot: Slot) { deliver(.mind(slot, event)) }

    /// An event of that mind, at a time to come.
    public func deliver(_ event: MindEvent, to slot: Slot, at time: Instant) { schedule(.mind(slot, event), at: time) }

    /// The words of a turn, at a time to come.
    public func deliver(_ text: String, of id: Int, to slot: Slot, at time: Instant) {
        schedule(.recognised(slot, id: id, text: text), at: time)
    }

    private func schedule(_ event: LinkEvent, at time: Instant) {
        due.insert((time, event), at: due.firstIndex { $0.at > time } ?? due.count)
    }

    // MARK: For links

    fileprivate func deliver(_ event: LinkEvent) {
        if case .text(let number, _) = event, board.mustKnowCrowds(number), let link = links[number] {
            updateCrowding(link)
        }
        board.deliver(event, at: now)
        if case .closed(let number, _) = event { links[number] = nil }
        perform()
    }

    private func updateCrowding(_ link: VirtualLink) {
        guard link.wasCrowded != link.queue.isCrowded else { return }
        link.wasCrowded.toggle()
        board.deliver(.crowded(link.number, link.wasCrowded), at: now)
    }

    private func perform() {
        while true {
            board.drain(into: &actions)
            guard !actions.isEmpty else { return }
            for action in actions { perform(action) }
        }
    }

    private func perform(_ action: SwitchboardAction) {
        switch action {
        case .send(let number, let messages):
            guard let link = links[number], !link.take(messages, at: now) else { return }
            board.deliver(.unsent(number, count: messages.count, isOpen: !link.isOver), at: now)
        case .issued(let session, _): tickets.insert(session)
        case .withdrawn(let session): tickets.remove(session)
        case .count(let tally, let amount): counts[tally, default: 0] += amount
        case .report(let report): reports.append(report)
        case .vacated: vacatedCount += 1
        case .ask(let slot, let request): mind?(slot, request)
        case .recognise(let slot, let id, let samples): recognise?(slot, id, samples)
        case .read(let number, _): links[number]?.waiting -= 1
        case .stoppedWaiting, .observe: break
        }
    }
}

/// One connection as its client sees it: messages to the server, and messages from it with the time at which they came.
public final class VirtualLink {
    public let path: String
    fileprivate let number: Int
    private unowned let worker: VirtualWorker
    private let opened: Instant
    /// Messages that wait to be read.
    public private(set) var queue: MessageQueue
    private var sentAt = Ring<Double>()
    fileprivate var wasCrowded = false
    /// Messages that it sent and the switchboard has not read; limited as on a server.
    fileprivate var waiting = 0
    private var isFlooded = false
    /// Either side has closed.
    public private(set) var isOver = false
    /// Messages were lost because they did not fit.
    public private(set) var hasLost = false
    /// Whether it is open and the switchboard knows it.
    public var isConnected: Bool { !isOver && worker.board.knows(number) }

    fileprivate init(worker: VirtualWorker, number: Int, path: String, bytesMax: Int, at now: Instant) {
        (self.worker, self.number, self.path, opened) = (worker, number, path, now)
        queue = MessageQueue(bytesMax: bytesMax)
    }

    /// Seconds since it was opened.
    public var seconds: Double { Double(worker.now.since(opened)) * 1e-9 }

    public func send(_ message: WireMessage) {
        guard !isOver else { return }
        switch message {
        case .text(let text): if mayWait() { worker.deliver(.text(number, text)) }
        case .binary(let bytes): if mayWait() { worker.deliver(.binary(number, bytes)) }
        case .close(let code, _): leave(code)
        }
    }

    /// Whether one more message may be queued. The first that may not is reported, as by a server.
    private func mayWait() -> Bool {
        guard waiting == Switchboard.waitingMax else {
            waiting += 1
            return true
        }
        if !isFlooded { worker.deliver(.flooded(number)) }
        isFlooded = true
        return false
    }

    /// The connection breaks without a close frame.
    public func cut() { leave(nil) }

    private func leave(_ code: UInt16?) {
        guard !isOver else { return }
        isOver = true
        worker.deliver(.closed(number, code: code))
    }

    /// Takes the oldest unread message.
    public func read() -> (message: WireMessage, seconds: Double)? {
        guard let message = queue.pop(), let seconds = sentAt.popFirst() else { return nil }
        return (message, seconds)
    }

    /// Takes all unread messages, oldest first.
    public func receive() -> [(message: WireMessage, seconds: Double)] {
        var all: [(message: WireMessage, seconds: Double)] = []
        while let next = read() { all.append(next) }
        return all
    }

    /// False when they do not fit, or the link is over.
    fileprivate func take(_ messages: [WireMessage], at now: Instant) -> Bool {
        guard !isOver else { return false }
        guard queue.push(messages) else {
            hasLost = true
            return false
        }
        for _ in messages { sentAt.append(seconds) }
        isOver = queue.isClosing
        return true
    }
}

// The one thread of a remote mind: turns all its sessions' streams.
//
//  requests ─▶ mailbox ─▶ session ─▶ actions ─▶ libcurl ─▶ bytes ─▶ session ─▶ events

internal import Basics
internal import CSystem
internal import Dialogue
internal import Glibc

/// Sessions and their transfers. Everything but `post` is confined to the loop's thread.
final class RemoteLoop: @unchecked Sendable {
    typealias Deliver = @Sendable (MindEvent) -> Void

    enum Command: Sendable {
        case open(Int, Deliver)
        case request(Int, MindRequest)
        case stop
    }

    private struct Place {
        var session: RemoteSession
        let deliver: Deliver
    }

    /// How long the rest of a complete answer's response is waited for, and how much of it is read.
    private static let restMilliseconds: Int64 = 1000, restBytesMax = 256 << 10

    private let options: RemoteMindOptions
    private let multi: CurlMulti
    private let mailbox = Mailbox<Command>(countMax: 1)
    private var commands: [Command] = []
    private var places: [Int: Place] = [:]
    private var transfers: [TransferKey: CurlTransfer] = [:]
    /// Transfers whose answer is complete, and until when they may end by themselves.
    private var resting: [TransferKey: Instant] = [:]
    /// To be closed as soon as libcurl has returned.
    private var closing: [TransferKey] = []

    init(_ options: RemoteMindOptions) throws(RemoteMindError) {
        self.options = options
        multi = try CurlMulti()
    }

    /// From any thread. Nothing is dropped: sessions say little, and no faster than people speak.
    func post(_ command: Command) {
        mailbox.push(command, urgent: true)
        multi.wake()
    }

    /// Until `stop`.
    func run() {
        shim_name_this_thread("mind")
        Self.blockBrokenPipes()
        while true {
            mailbox.drain(into: &commands)
            for command in commands where !take(command) { return closeAll() }
            tick(at: MonotonicClock.now())
            multi.perform()
            endTransfers()
            closeUnwanted()
            multi.wait(milliseconds: pause(at: MonotonicClock.now()))
        }
    }

    /// Writing to a closed connection is an error and no signal. Threads that libcurl starts inherit it.
    static func blockBrokenPipes() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    // MARK: Sessions

    /// False at `stop`.
    private func take(_ command: Command) -> Bool {
        switch command {
        case .open(let session, let deliver): places[session] = Place(session: RemoteSession(options), deliver: deliver)
        case .request(let session, let request):
            update(session) { $0.take(request, at: $1) }
            if request == .close { places[session] = nil }
        case .stop: return false
        }
        return true
    }

    private func tick(at now: Instant) {
        for (session, place) in places where place.session.deadline.map({ $0 <= now }) == true {
            update(session) { $0.tick(at: $1) }
        }
        for (key, end) in resting where end <= now { closing.append(key) }
        closeUnwanted()
    }

    /// Milliseconds until a session or a resting transfer is due, rounded up.
    private func pause(at now: Instant) -> Int {
        let next = (places.values.compactMap(\.session.deadline) + resting.values).min()
        return next.map { max(0, Int(($0.since(now) + 999_999) / 1_000_000)) } ?? .max
    }

    private func update(_ session: Int, _ change: (inout RemoteSession, Instant) -> [RemoteAction]) {
        guard let place = places.index(forKey: session) else { return }
        for action in change(&places.values[place].session, MonotonicClock.now()) { carryOut(action, of: session) }
    }

    private func carryOut(_ action: RemoteAction, of session: Int) {
        switch action {
        case .tell(let event): places[session]?.deliver(event)
        case .send(let transfer, let body): send(TransferKey(session: session, transfer: transfer), body)
        case .close(let transfer): closing.append(TransferKey(session: session, transfer: transfer))
        case .release(let transfer):
            resting[TransferKey(session: session, transfer: transfer)] = MonotonicClock.now().advanced(
                milliseconds: Self.restMilliseconds)
        }
    }

    // MARK: Transfers

    private func send(_ key: TransferKey, _ body: String) {
        guard let transfer = try? CurlTransfer(options.completions, options, key: key) else { return fail(key) }
        transfer.post(body)
        var restBytes = 0
        transfer.receive = { [unowned self, unowned transfer] bytes in
            guard resting[key] == nil else {
                restBytes += bytes.count
                return restBytes <= Self.restBytesMax
            }
            update(key.session) { $0.received(bytes, status: transfer.status, of: key.transfer, at: $1) }
            return !closing.contains(key)
        }
        transfers[key] = transfer
        multi.add(transfer)
    }

    /// There is no memory for a transfer.
    private func fail(_ key: TransferKey) {
        update(key.session) { $0.ended(.other(RemoteMindError.libcurl.description), of: key.transfer, at: $1) }
    }

    private func endTransfers() {
        while let (ended, code) = multi.nextEnded() {
            guard let key = ended.key else { continue }
            let end = ended.end(code)
            remove(key)
            if !closing.contains(key) { update(key.session) { $0.ended(end, of: key.transfer, at: $1) } }
        }
    }

    private func closeUnwanted() {
        for key in closing { remove(key) }
        closing.removeAll(keepingCapacity: true)
    }

    private func remove(_ key: TransferKey) {
        resting[key] = nil
        if let transfer = transfers.removeValue(forKey: key) { multi.remove(transfer) }
    }

    private func closeAll() {
        for key in transfers.keys { remove(key) }
        places = [:]
    }
}

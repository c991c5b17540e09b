// One caller: its protocol, its slot, and what it has sent and been told.

internal import Basics
internal import Dialogue
internal import Wire

/// A row of the switchboard. It is there from when the slot is taken to when the slot is free.
struct Caller {
    enum State: Hashable {
        /// Connected; the session has not begun.
        case waiting
        case running
        /// The connection is lost, and may be replaced.
        case held(since: Instant)
        /// The session is over. Its slot is not free before the engine says so.
        case leaving
    }

    let id: String
    /// The connection's number; another one where the client has come back.
    var link: Int
    /// The peer's address, as of the present connection.
    var remote: String
    /// The peer's address when the slot was taken.
    let address: String
    let wire: any WireProtocol
    let protocolName: String
    /// It cannot go on where an event was lost.
    let needsEveryEvent: Bool
    private let clock: SliceClock
    let slot: Slot
    let opened: Instant
    var state = State.waiting
    /// It has much to read.
    var isCrowded = false
    /// What it is to be sent, and the bytes of that.
    private(set) var outgoing: [WireMessage] = []
    private var outgoingBytes = 0
    /// What it has sent and the engine has not taken yet.
    var backlog: InputBacklog
    /// Events that wait until it has read what it was sent.
    var postponed: [String] = []
    var narration = Narration()
    /// When the last loud input came, until an answer begins.
    var loud: Instant?
    var slices = 0
    var figures = SessionFigures()
    /// Whether it has ever sent audio. Who only types misses none.
    var hasMicrophone = false
    /// Seconds of audio, and events, that it may send now.
    var audio: Allowance
    var events: Allowance
    /// Seconds of processor time that may be spent on what it sends.
    var work: Allowance

    /// Input above this counts as loud.
    static let loudness: Float = 0.02
    /// What an audio message counts at least, in seconds: reading it has a price too.
    static let messageSecondsMin = 0.0005
    /// An event longer than this counts as several.
    static let eventBytes = 8 << 10

    /// Audio may come some seconds ahead of real time, after a stall say, and a quarter faster than real time for ever.
    static func audioAllowance(_ seconds: Double, at now: Instant) -> Allowance {
        Allowance(max: seconds, perSecond: 1.25, at: now)
    }
    /// A tenth of a second at once, a fiftieth of a core for ever: some ten times what a client's speech takes.
    static func workAllowance(at now: Instant) -> Allowance { Allowance(max: 0.1, perSecond: 0.02, at: now) }
    /// So many events at once, 32 a second for ever.
    static func eventAllowance(_ count: Int, at now: Instant) -> Allowance {
        Allowance(max: Double(count), perSecond: 32, at: now)
    }

    init(
        id: String, link: Int, remote: String, entry: WireProtocols.Entry, wire: any WireProtocol, clock: SliceClock,
        slot: Slot, opened: Instant
    ) {
        (self.id, self.link, self.remote, address) = (id, link, remote, remote)
        (self.wire, self.clock, self.slot, self.opened) = (wire, clock, slot, opened)
        (protocolName, needsEveryEvent) = (entry.name, entry.needsEveryEvent)
        audio = Self.audioAllowance(entry.burstSeconds, at: opened)
        events = Self.eventAllowance(entry.eventsMax, at: opened)
        backlog = InputBacklog(secondsMax: entry.burstSeconds, clock: clock)
        work = Self.workAllowance(at: opened)
    }

    var isHeld: Bool { if case .held = state { true } else { false } }

    /// Whether its place is taken and nobody uses it; `place` is its row.
    func idlePlace(_ place: Int) -> IdlePlace? {
        switch state {
        case .waiting: IdlePlace(id: place, kind: .unstarted, address: remote, since: opened)
        case .held(let since): IdlePlace(id: place, kind: .held, address: remote, since: since)
        case .running, .leaving: nil
        }
    }

    /// So much may be sent together before its events wait for the next time.
    private static let outgoingBytesMax = 32 << 10

    /// Whether its events must wait: it has much to read, or has cost what it may.
    func mustWait(at now: Instant) -> Bool {
        isCrowded || outgoingBytes > Self.outgoingBytesMax || !work.isLeft(at: now)
    }

    /// Adds to what it is to be sent.
    mutating func put(_ change: (inout [WireMessage]) -> Void) {
        let before = outgoing.count
        change(&outgoing)
        outgoingBytes += outgoing[before...].reduce(0) { $0 + MessageQueue.size($1) }
    }

    /// What it is to be sent, which is no more than that then.
    mutating func takeOutgoing() -> [WireMessage] {
        defer { (outgoing, outgoingBytes) = ([], 0) }
        return outgoing
    }

    /// The code of the close that it is being sent, if it is one.
    var closingCode: UInt16? {
        outgoing.lazy.compactMap { if case .close(let code, _) = $0 { code } else { nil } }.first
    }

    /// Charges an audio message.
    mutating func charge(_ samples: Int, at now: Instant) {
        audio.spend(max(clock.seconds(samples: samples), Self.messageSecondsMin), at: now)
    }
}

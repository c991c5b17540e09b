// One caller: its protocol, its slot, its input and its output.

internal import Basics
internal import Dialogue
internal import Wire

/// A row of the switchboard. It exists from when the slot is allocated until the slot is free.
struct Caller {
    enum State: Hashable {
        /// Connected; the session has not started.
        case waiting
        case running
        /// The connection is lost; the client may resume the session on another.
        case held(since: Instant)
        /// The session is over. Its slot is not free until the engine says so.
        case leaving
    }

    let id: String
    /// The connection's number; a new one after the client has resumed.
    var link: Int
    /// The peer's address on the present connection.
    var remote: String
    /// The peer's address when the slot was taken.
    let address: String
    let wire: any WireProtocol
    let protocolName: String
    /// The client must not miss an event; one that cannot keep up is disconnected.
    let needsEveryEvent: Bool
    private let clock: SliceClock
    let slot: Slot
    let opened: Instant
    var state = State.waiting
    /// More than half of its send queue is in use.
    var isCrowded = false
    /// Messages to send, and their size in bytes.
    private(set) var outgoing: [WireMessage] = []
    private var outgoingBytes = 0
    /// Audio that it sent and the engine has not taken yet.
    var backlog: InputBacklog
    /// Events that wait until the client catches up.
    var postponed: [String] = []
    var narration = Narration()
    /// When the last loud input came; nil once an answer begins.
    var lastLoudInput: Instant?
    var slices = 0
    var figures = SessionFigures()
    /// Whether it has ever sent audio. A client that only types has no missing input.
    var hasMicrophone = false
    /// Seconds of audio, and number of events, that it may send now.
    var audio: Allowance
    var events: Allowance
    /// Seconds of processor time that may be spent on its messages now.
    var work: Allowance

    /// Input above this counts as loud.
    static let loudness: Float = 0.02
    /// Minimum charge for an audio message, in seconds: reading it has a cost too.
    static let messageSecondsMin = 0.0005
    /// An event longer than this counts as several.
    static let eventBytes = 8 << 10

    /// Audio may run `seconds` ahead of real time, after a stall for example, and in the long run come 25 % too fast.
    static func audioAllowance(_ seconds: Double, at now: Instant) -> Allowance {
        Allowance(max: seconds, perSecond: 1.25, at: now)
    }
    /// 0.1 s at once, and 2 % of a core in the long run: about ten times what a client's speech takes.
    static func workAllowance(at now: Instant) -> Allowance { Allowance(max: 0.1, perSecond: 0.02, at: now) }
    /// `count` events at once, and 32 a second in the long run.
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

    /// Its place, if it is taken but not in use; `place` is its row.
    func idlePlace(_ place: Int) -> IdlePlace? {
        switch state {
        case .waiting: IdlePlace(id: place, kind: .unstarted, address: remote, since: opened)
        case .held(let since): IdlePlace(id: place, kind: .held, address: remote, since: since)
        case .running, .leaving: nil
        }
    }

    /// Bytes that may be sent at once before its events wait for the next time.
    private static let outgoingBytesMax = 32 << 10

    /// Whether its events must wait: it has much to read, or has used up its processor time.
    func mustWait(at now: Instant) -> Bool {
        isCrowded || outgoingBytes > Self.outgoingBytesMax || !work.isLeft(at: now)
    }

    /// Appends to the messages to send.
    mutating func put(_ change: (inout [WireMessage]) -> Void) {
        let before = outgoing.count
        change(&outgoing)
        outgoingBytes += outgoing[before...].reduce(0) { $0 + MessageQueue.size($1) }
    }

    /// Takes all messages to send.
    mutating func takeOutgoing() -> [WireMessage] {
        defer { (outgoing, outgoingBytes) = ([], 0) }
        return outgoing
    }

    /// The code of a close among the messages to send, if there is one.
    var closingCode: UInt16? {
        outgoing.lazy.compactMap { if case .close(let code, _) = $0 { code } else { nil } }.first
    }

    /// Charges an audio message.
    mutating func charge(_ samples: Int, at now: Instant) {
        audio.spend(max(clock.seconds(samples: samples), Self.messageSecondsMin), at: now)
    }
}

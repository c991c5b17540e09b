// One client on its worker: its protocol, its slot, and what it has been told.

internal import Basics
internal import Dialogue
internal import Sockets
internal import Wire

/// Turns the engine's actions into the protocol's events. A worker owns it.
struct Conversation {
    let id: String
    /// Another one where the client has come back.
    var connection: Connection
    var inlet: Inlet
    /// When the connection was lost; nil while there is one.
    var lost: Instant?
    let wire: any WireProtocol
    /// It cannot go on where an event was lost.
    let losesNothing: Bool
    let slot: Slot
    let opened: Instant
    var started = false
    /// What it has sent and the engine has not taken yet.
    var backlog: InputBacklog
    /// Events that wait until it has read what it was sent.
    var postponed: [String] = []
    private var narration = Narration()
    /// When the last loud input came, until an answer begins.
    var loud: Instant?
    var slices = 0
    /// Seconds of audio, and events, that it may send now.
    var audio: Allowance
    var events: Allowance
    /// Seconds of processor time that the worker spends on what it sends.
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
        id: String, connection: Connection, inlet: Inlet, entry: WireProtocols.Entry, slot: Slot, opened: Instant
    ) {
        // Ids that nobody can guess.
        var random = SystemRandomNumberGenerator()
        (self.id, self.connection, self.inlet, wire) = (id, connection, inlet, entry.make(&random))
        losesNothing = entry.losesNothing
        (self.slot, self.opened) = (slot, opened)
        audio = Self.audioAllowance(entry.burstSeconds, at: opened)
        events = Self.eventAllowance(entry.eventsMax, at: opened)
        backlog = InputBacklog(secondsMax: entry.burstSeconds)
        work = Self.workAllowance(at: opened)
    }

    /// Whether its place is taken and nobody uses it.
    var isIdle: Bool { lost != nil || !started }

    func idlePlace(_ client: Int) -> IdlePlace? {
        guard isIdle else { return nil }
        return IdlePlace(
            id: client, kind: lost == nil ? .unstarted : .held, address: connection.request.remote,
            since: lost ?? opened)
    }

    /// Whether its events must wait: it has much to read, or has cost what it may.
    func mustWait(at now: Instant) -> Bool { connection.isCrowded || !work.isLeft(at: now) }

    /// Charges an audio message.
    mutating func hear(_ samples: Int, at now: Instant) {
        audio.spend(max(Double(samples) / Double(SampleTime.rate), Self.messageSecondsMin), at: now)
    }

    /// The events that an action means for the client.
    mutating func events(for action: EngineAction, model: any Model) -> [ServerEvent] {
        if case .audio = action { slices += 1 }
        return narration.events(for: action, model: model)
    }
}

// One client on its worker: its protocol, its slot, and what it has been told.

internal import Basics
internal import Dialogue
internal import Sockets
internal import Wire

/// Turns the engine's actions into the protocol's events. A worker owns it.
struct Conversation {
    let id: String
    let connection: Connection
    let inlet: Inlet
    let wire: any WireProtocol
    let slot: Slot
    let opened: Instant
    var started = false
    /// Text of the user's and the assistant's turn so far, and where it began.
    private var heard = Text()
    private var said = Text()
    /// When the last loud input came, until an answer begins.
    var loud: Instant?
    var slices = 0
    /// Seconds of audio, and events, that it may send now.
    var audio: Allowance
    var events: Allowance

    /// Input above this counts as loud.
    static let loudness: Float = 0.02
    /// What an audio message counts at least, in seconds: reading it has a price too.
    static let messageSecondsMin = 0.0005

    /// Audio may come 4 s ahead of real time, after a stall say, and a quarter faster than real time for ever.
    static func audioAllowance(at now: Instant) -> Allowance { Allowance(max: 4, perSecond: 1.25, at: now) }
    /// 64 events at once, 32 a second for ever.
    static func eventAllowance(at now: Instant) -> Allowance { Allowance(max: 64, perSecond: 32, at: now) }

    private struct Text {
        var text = ""
        var start: Int64 = 0

        mutating func append(_ piece: String, at position: Int64) {
            if text.isEmpty { start = position }
            text += piece
        }

        mutating func take() -> (String, Int64) {
            defer { text = "" }
            return (text.trimmingPrefix(" ").description, start)
        }
    }

    init(
        id: String, connection: Connection, inlet: Inlet, wire: any WireProtocol, slot: Slot, opened: Instant
    ) {
        (self.id, self.connection, self.inlet, self.wire) = (id, connection, inlet, wire)
        (self.slot, self.opened) = (slot, opened)
        audio = Self.audioAllowance(at: opened)
        events = Self.eventAllowance(at: opened)
    }

    /// The events that an action means for the client.
    mutating func events(for action: EngineAction, model: any Model) -> [ServerEvent] {
        let slice = Int64(model.plan.clock.slice_ms)
        switch action {
        case .audio(_, let pcm, _, _):
            slices += 1
            return [.audio(pcm)]
        case .userText(_, let token, let at):
            let piece = model.text(of: token)
            heard.append(piece, at: at.milliseconds)
            return [.userText(piece, start: at.milliseconds, end: at.milliseconds + slice)]
        case .userEnd(_, let at):
            let (text, start) = heard.take()
            return [.userDone(text, start: start, end: at.milliseconds)]
        case .assistantText(_, let token, let at):
            let piece = model.text(of: token)
            said.append(piece, at: at.milliseconds)
            return [.assistantText(piece, start: at.milliseconds, end: at.milliseconds + slice)]
        case .assistantEnd(_, let at):
            let (text, start) = said.take()
            return [.assistantDone(text, interrupted: false, start: start, end: at.milliseconds)]
        case .interrupted(_, let at):
            let (text, start) = said.take()
            return [
                .interrupted(at: at.milliseconds),
                .assistantDone(text, interrupted: true, start: start, end: at.milliseconds),
            ]
        case .speaking(_, let at): return [.speaking(at: at.milliseconds)]
        case .listening(_, let at): return [.listening(at: at.milliseconds)]
        case .overrun(_, let samples):
            let milliseconds = Int64(samples * 1000 / SampleTime.rate)
            return [
                .info(
                    code: "input_overrun",
                    message: "Audio came faster than real time or too late; the oldest was dropped.",
                    milliseconds: milliseconds)
            ]
        case .opened, .missing, .closed: return []
        }
    }
}

// What a switchboard wants done. The driver carries it out without deciding anything.

public import Basics
public import Dialogue
public import Wire

public enum SwitchboardAction: Sendable {
    /// Send all of the messages or none; `LinkEvent.unsent` reports none.
    case send(Int, [WireMessage])
    /// A message of the client was read or dropped, and no longer waits.
    case read(Int, bytes: Int)
    /// The session can be resumed by a client that shows the ticket.
    case issued(session: String, ResumeTicket)
    /// The session can no longer be resumed.
    case withdrawn(session: String)
    /// A connection no longer waits to resume the session.
    case stoppedWaiting(session: String)
    /// A place that was taken for a client of this address is free.
    case vacated(address: String)
    /// A request to the mind of the session in this slot; the first is `configure`, the last `close`.
    case ask(Slot, MindRequest)
    /// The words of a turn of the session in this slot are wanted; `LinkEvent.recognised` brings them. A newer request replaces it.
    case recognise(Slot, id: Int, samples: [Float])
    case count(Tally, Double)
    case observe(Timing, seconds: Double)
    /// For the log.
    case report(SessionReport)
}

/// Counters and gauges. The raw value is the metric's name.
public enum Tally: String, CaseIterable, Sendable {
    case sessionsActive = "duet_sessions_active"
    case sessionsHeld = "duet_sessions_held"
    case sessions = "duet_sessions_total"
    case sessionsResumed = "duet_sessions_resumed_total"
    case mindAnswers = "duet_mind_answers_total"
    case mindRollbacks = "duet_mind_rollbacks_total"
    case mindFailures = "duet_mind_failures_total"
    case mindCalls = "duet_mind_calls_total"
    case protocolErrors = "duet_protocol_errors_total"
    case inputDroppedSeconds = "duet_audio_in_dropped_seconds_total"
    case inputMissingSeconds = "duet_audio_in_missing_seconds_total"
    case inputDroppedMessages = "duet_audio_in_dropped_messages_total"
    case outputDroppedMessages = "duet_audio_out_dropped_messages_total"
}

/// Measured durations. The raw value is the metric's name.
public enum Timing: String, CaseIterable, Sendable {
    case responseLatency = "duet_response_latency_seconds"
    case playbackDelay = "duet_playback_delay_seconds"
}

/// A milestone in a session.
public struct SessionReport: Hashable, Sendable {
    public enum What: Hashable, Sendable {
        case held, resumed
        /// `seconds` is the session's length, in its own time.
        case closed(reason: String, seconds: Double)
    }

    public let what: What
    public let session: String
    /// The peer's address.
    public let remote: String
    /// The protocol's name.
    public let protocolName: String
    /// So far.
    public let figures: SessionFigures
    /// The close code of a session that is over (RFC 6455 §7.1.5): 1005 for a close frame without one, 1006 for no close frame.
    public let code: UInt16?
}

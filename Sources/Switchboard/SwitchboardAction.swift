// What a switchboard wants done. Whoever drives it acts on it without deciding anything.

public import Wire

public enum SwitchboardAction: Sendable {
    /// All of the messages or none; `LinkEvent.unsent` says that it was none.
    case send(Int, [WireMessage])
    /// A message of the client has been read, or was dropped: it waits no more.
    case took(Int, bytes: Int)
    /// The session can be taken up again by whoever shows the ticket.
    case issued(session: String, ResumeTicket)
    /// It cannot any more.
    case withdrawn(session: String)
    /// A connection that waited to take up the session waits no more.
    case stoppedWaiting(session: String)
    /// A slot is free that a client of this address had.
    case vacated(address: String)
    case count(Tally, Double)
    case observe(Timing, seconds: Double)
    /// For the log.
    case report(SessionReport)
}

/// What is counted. The raw value is the metric's name.
public enum Tally: String, CaseIterable, Sendable {
    case sessionsActive = "duet_sessions_active"
    case sessionsHeld = "duet_sessions_held"
    case sessions = "duet_sessions_total"
    case sessionsResumed = "duet_sessions_resumed_total"
    case protocolErrors = "duet_protocol_errors_total"
    case inputDroppedSeconds = "duet_audio_in_dropped_seconds_total"
    case inputMissingSeconds = "duet_audio_in_missing_seconds_total"
    case inputDroppedMessages = "duet_audio_in_dropped_messages_total"
    case outputDroppedMessages = "duet_audio_out_dropped_messages_total"
}

/// What is measured in seconds. The raw value is the metric's name.
public enum Timing: String, CaseIterable, Sendable {
    case responseLatency = "duet_response_latency_seconds"
    case playbackDelay = "duet_playback_delay_seconds"
}

/// A session's turning points.
public struct SessionReport: Hashable, Sendable {
    public enum What: Hashable, Sendable {
        case held, resumed
        /// `seconds` is how long it was, in its own time.
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
    /// The close frame's code, where it is over (RFC 6455 §7.1.5): 1005 for a frame without, 1006 where there was no frame.
    public let code: UInt16?
}

// What callers' connections do, as a switchboard is told of it.

public import Basics
public import Wire

/// Links are connections, by number. A number is never used again.
public enum LinkEvent: Sendable {
    /// A connection that wants a session.
    case opened(Int, UpgradeRequest)
    /// A connection that is to take up the session with this id.
    case returned(Int, UpgradeRequest, session: String)
    case text(Int, String)
    case binary(Int, [UInt8])
    /// The client sent more events than may wait; some are lost.
    case flooded(Int)
    /// What it was to be sent last, so many messages, was not. It reads too slowly, or where the link is not open any more it has gone.
    case unsent(Int, count: Int, isOpen: Bool)
    /// Whether half of what may wait for the client to read does.
    case crowded(Int, Bool)
    /// With the close frame's code, if there was one.
    case closed(Int, code: UInt16?)
    /// Somebody found the server full: a place that nobody uses is to be given up.
    case full
    /// Sessions may go on until then.
    case draining(until: Instant)
    /// Every session ends.
    case stop

    /// The connection, where it is new.
    public var arriving: Int? {
        switch self {
        case .opened(let link, _), .returned(let link, _, _): link
        default: nil
        }
    }

    /// The client whose processor time it takes.
    var payer: Int? {
        switch self {
        case .text(let link, _), .binary(let link, _): link
        default: nil
        }
    }
}

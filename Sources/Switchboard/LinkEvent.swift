// What happens on callers' connections, as a switchboard is told.

public import Basics
public import Dialogue
public import Wire

/// Links are connections, by number. Numbers are never reused.
public enum LinkEvent: Sendable {
    /// A connection that wants a session.
    case opened(Int, UpgradeRequest)
    /// A connection that is to resume the session with this id.
    case returned(Int, UpgradeRequest, session: String)
    case text(Int, String)
    case binary(Int, [UInt8])
    /// The client sent more text messages than may be queued; some are lost.
    case flooded(Int)
    /// The last `count` messages for the client were not sent. It reads too slowly; if the link is no longer open, it has gone.
    case unsent(Int, count: Int, isOpen: Bool)
    /// Whether more than half of the client's send queue is in use.
    case crowded(Int, Bool)
    /// With the close frame's code, if there was one.
    case closed(Int, code: UInt16?)
    /// From the mind of the session in this slot.
    case mind(Slot, MindEvent)
    /// The words of the turn in this slot, as the engine asked for them.
    case recognised(Slot, id: Int, text: String)
    /// A client found the server full: a place that is not in use is to be given up.
    case full
    /// The server drains: sessions may go on until then.
    case draining(until: Instant)
    /// Every session ends.
    case stop

    /// The connection, if the event opens one.
    public var arriving: Int? {
        switch self {
        case .opened(let link, _), .returned(let link, _, _): link
        default: nil
        }
    }

    /// The client that is charged for the event's processor time.
    var payer: Int? {
        switch self {
        case .text(let link, _), .binary(let link, _): link
        default: nil
        }
    }
}

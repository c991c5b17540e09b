// What passes from the socket thread to the workers.

internal import Basics
internal import Sockets
internal import Wire

/// What the socket thread tells a worker. Clients are numbered by their connection.
enum WorkerMessage: Sendable {
    case opened(Int, Connection, Inlet, UpgradeRequest)
    /// A client that is to take up the session with this id.
    case returned(Int, Connection, Inlet, session: String)
    case text(Int, String)
    case binary(Int, [UInt8])
    /// The client sent more events than may wait; some are lost.
    case flooded(Int)
    /// With the close frame's code, if there was one.
    case closed(Int, code: UInt16?)
    /// A caller found the server full: a place that nobody uses is to be given up.
    case crowded
    /// Sessions may go on until then.
    case draining(until: Instant)
    /// Close every session, then end.
    case stop

    /// The client whose time it takes.
    var sender: Int? {
        switch self {
        case .text(let id, _), .binary(let id, _): id
        case .opened, .returned, .flooded, .closed, .crowded, .draining, .stop: nil
        }
    }
}

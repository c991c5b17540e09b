// Messages from the socket thread to the workers.

internal import Sockets
internal import Switchboard

enum WorkerMessage: Sendable {
    /// The event of a new connection.
    case arrived(Connection, Inlet, LinkEvent)
    case event(LinkEvent)
}

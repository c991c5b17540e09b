// What passes from the socket thread to the workers.

internal import Sockets
internal import Switchboard

enum WorkerMessage: Sendable {
    /// A connection that the event is about is new.
    case arrived(Connection, Inlet, LinkEvent)
    case event(LinkEvent)
}

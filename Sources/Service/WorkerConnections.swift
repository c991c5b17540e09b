// A worker's connections: the way in and out of each of its clients.

internal import Sockets
internal import Wire

/// Connections by link.
struct WorkerConnections {
    private struct Entry {
        let connection: Connection
        let inlet: Inlet
        var isCrowded = false
    }

    private var entries: [Int: Entry] = [:]

    mutating func add(_ link: Int, _ connection: Connection, _ inlet: Inlet) {
        entries[link] = Entry(connection: connection, inlet: inlet)
    }

    mutating func remove(_ link: Int) { entries[link] = nil }

    /// Those that had much to read when they were last looked at.
    var crowded: [Int] { entries.filter(\.value.isCrowded).map(\.key) }

    /// Whether the client has much to read now; nil where that is as it was.
    mutating func crowdingChange(_ link: Int) -> Bool? {
        guard let entry = entries[link], entry.isCrowded != entry.connection.isCrowded else { return nil }
        entries[link]!.isCrowded.toggle()
        return !entry.isCrowded
    }

    /// A message of so many bytes has been read.
    func leave(_ link: Int, bytes: Int) { entries[link]?.inlet.leave(bytes: bytes) }

    /// Sends all of the messages or none. Where it is none, returns whether the connection is still open.
    func send(_ messages: [WireMessage], to link: Int) -> Bool? {
        guard let connection = entries[link]?.connection, !connection.send(messages) else { return nil }
        return connection.isOpen
    }
}

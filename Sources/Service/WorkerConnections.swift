// A worker's connections: the inlet and the outlet of each client.

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

    /// Links that were crowded when last checked.
    var crowded: [Int] {
        guard entries.contains(where: \.value.isCrowded) else { return [] }
        return entries.filter(\.value.isCrowded).map(\.key)
    }

    /// Whether the client has become crowded or is no longer so; nil if nothing changed.
    mutating func crowdingChange(_ link: Int) -> Bool? {
        guard let entry = entries[link], entry.isCrowded != entry.connection.isCrowded else { return nil }
        entries[link]!.isCrowded.toggle()
        return !entry.isCrowded
    }

    /// A message of this size has been taken.
    func leave(_ link: Int, bytes: Int) { entries[link]?.inlet.leave(bytes: bytes) }

    /// Sends all of the messages or none. If none, returns whether the connection is still open; otherwise nil.
    func send(_ messages: [WireMessage], to link: Int) -> Bool? {
        guard let connection = entries[link]?.connection, !connection.send(messages) else { return nil }
        return connection.isOpen
    }
}

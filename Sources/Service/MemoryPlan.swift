// What the server uses memory for, logged at start so that an operator can size it.

internal import Wire

/// All sizes are in bytes.
public struct MemoryPlan: Hashable, Sendable {
    /// Memory of the process after the model is loaded, before slots are allocated.
    var loadedBytes: Int
    /// Memory of one slot.
    var sessionBytes: Int
    /// `--sessions-max`, rounded up to an equal number for every worker.
    var slots: Int

    public var slotsBytes: Int { sessionBytes * slots }

    init(loadedBytes: Int, sessionBytes: Int, slots: Int) {
        (self.loadedBytes, self.sessionBytes, self.slots) = (loadedBytes, sessionBytes, slots)
    }

    /// The process as it is now: after loading the model and before allocating slots.
    public init(sessionBytes: Int, sessionsMax: Int, workers: Int) {
        self.init(
            loadedBytes: ProcessUsage.now.residentBytes, sessionBytes: sessionBytes,
            slots: SessionLedger.slotsEach(sessionsMax: sessionsMax, workers: workers) * workers)
    }

    /// Logs one line.
    public func log() { Log.info("memory", fields(room: .now)) }

    /// The log line's fields, with the free memory from `room`.
    func fields(room: MemoryRoom) -> [(String, JSONText)] {
        var fields: [(String, JSONText)] = [
            ("mb_loaded", Self.megabytes(loadedBytes)), ("kb_a_session", .integer(Int64((sessionBytes + 500) / 1000))),
            ("sessions", .integer(Int64(slots))), ("mb_sessions", Self.megabytes(slotsBytes)),
            ("mb_total", Self.megabytes(loadedBytes + slotsBytes)),
        ]
        if let least = room.least { fields.append(("mb_free", Self.megabytes(least))) }
        return fields
    }

    private static func megabytes(_ bytes: Int) -> JSONText { .integer(Int64(rounded(bytes))) }

    /// Bytes to the nearest megabyte.
    static func rounded(_ bytes: Int) -> Int { (bytes + 500_000) / 1_000_000 }
}

// What the server's memory goes to, told at start so that an operator can size it.

internal import Wire

/// Bytes.
public struct MemoryPlan: Hashable, Sendable {
    /// What the process takes once the model is loaded, before any session has its slot.
    var loadedBytes: Int
    /// What each slot takes.
    var sessionBytes: Int
    /// `--sessions-max`, made up to as many for every worker.
    var slots: Int

    var slotsBytes: Int { sessionBytes * slots }

    /// A line of the log, once the model is loaded and before any slot is made.
    public static func log(sessionBytes: Int, slots: Int) {
        let plan = MemoryPlan(
            loadedBytes: ProcessUsage.now.residentBytes, sessionBytes: sessionBytes, slots: slots)
        Log.info("memory", plan.fields(room: .now))
    }

    /// Lines up what there is with what may be had; `room` is what the system has left.
    func fields(room: MemoryRoom) -> [(String, JSONText)] {
        var fields: [(String, JSONText)] = [
            ("mb_loaded", Self.megabytes(loadedBytes)), ("kb_a_session", .integer(Int64((sessionBytes + 500) / 1000))),
            ("sessions", .integer(Int64(slots))), ("mb_sessions", Self.megabytes(slotsBytes)),
            ("mb_total", Self.megabytes(loadedBytes + slotsBytes)),
        ]
        if let least = room.least { fields.append(("mb_free", Self.megabytes(least))) }
        return fields
    }

    private static func megabytes(_ bytes: Int) -> JSONText { .integer(Int64((bytes + 500_000) / 1_000_000)) }
}

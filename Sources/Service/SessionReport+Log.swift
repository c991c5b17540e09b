// Sessions' turning points as lines of the log.

internal import Switchboard
internal import Wire

extension SessionReport {
    func log() {
        var fields = [("session", JSONText.string(session)), ("remote", .string(remote))]
        switch what {
        case .held: Log.info("session held", fields)
        case .resumed: Log.info("session resumed", fields)
        case .closed(let reason, let seconds):
            fields.insert(("reason", .string(reason)), at: 1)
            Log.info("session closed", fields + [("seconds", .number(seconds))])
        }
    }
}

// What SIGHUP reloads: the keys, and the log file after rotation. Sessions go on.

internal import Wire

public struct Reload: Sendable {
    let keys: Keys
    /// The path of the key file; nil if there is none.
    let keysFile: String?
    /// A key that does not come from the file.
    let environmentKey: String?
    let log: LogWriter
    var metrics = Metrics()

    public init(_ service: Service, keysFile: String?, environmentKey: String?) {
        self.init(keys: service.keys, keysFile: keysFile, environmentKey: environmentKey, log: Log.writer)
        metrics = service.metrics
    }

    init(keys: Keys, keysFile: String?, environmentKey: String?, log: LogWriter) {
        (self.keys, self.keysFile, self.environmentKey, self.log) = (keys, keysFile, environmentKey, log)
    }

    /// The result, as one log line.
    struct Outcome {
        let isComplete: Bool
        let fields: [(String, JSONText)]

        var message: String { isComplete ? "reloaded" : "not all reloaded: what failed stays as it was" }
    }

    /// Reloads the keys and the log file. Whatever fails stays as it was.
    func run() -> Outcome {
        var fields: [(String, JSONText)] = [], isComplete = true
        if let keysFile {
            do throws(KeysError) {
                let new = try Keys.load(keysFile, and: environmentKey), change = keys.replace(new)
                fields = [
                    ("keys", .integer(Int64(new.count))), ("keys_added", .integer(Int64(change.added))),
                    ("keys_removed", .integer(Int64(change.removed))),
                ]
            } catch {
                (fields, isComplete) = ([("keys_kept", .string(error.description))], false)
            }
        }
        if let problem = log.reopen() {
            fields.append(("log_kept", .string(problem)))
            isComplete = false
        } else if let path = log.path {
            fields.append(("log", .string(path)))
        }
        metrics.set("duet_reload_successful", isComplete ? 1 : 0)
        return Outcome(isComplete: isComplete, fields: fields)
    }

    public func runAndLog() {
        let outcome = run()
        if outcome.isComplete {
            Log.info(outcome.message, outcome.fields)
        } else {
            Log.warning(outcome.message, outcome.fields)
        }
    }
}

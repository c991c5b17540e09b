// Who was refused and why, as lines of the log.

internal import Basics
internal import Sockets
internal import Synchronization
internal import Wire

/// Any thread. What clients cause without limit is logged within a limit (`LineBudget`).
final class RefusalLog: Sendable {
    typealias Fields = [(String, JSONText)]

    /// A path is the client's to choose: so many characters of it are logged.
    private static let pathMax = 100

    private let budget = Mutex(LineBudget())
    private let write: @Sendable (String, Fields) -> Void

    init(write: @escaping @Sendable (String, Fields) -> Void = { Log.warning($0, $1) }) { self.write = write }

    func note(_ response: HTTPResponse, remote: String, path: String, at now: Instant) {
        guard let suppressed = budget.withLock({ $0.admit(at: now) }) else { return }
        let fields: Fields = [
            ("remote", .string(remote)), ("path", .string(String(path.prefix(Self.pathMax)))),
            ("status", .integer(Int64(response.status))), ("why", .string(response.errorCode ?? "")),
        ]
        write("refused", suppressed == 0 ? fields : fields + [Self.count(suppressed)])
    }

    /// Tells of lines that were left out when no more follow that would.
    func catchUp(at now: Instant) {
        guard let suppressed = budget.withLock({ $0.remainder(at: now) }) else { return }
        write("refused, not logged one by one", [Self.count(suppressed)])
    }

    private static func count(_ suppressed: Int) -> (String, JSONText) { ("suppressed", .integer(Int64(suppressed))) }
}

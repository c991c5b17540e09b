// Logs who was refused and why.

internal import Basics
internal import Sockets
internal import Synchronization
internal import Wire

/// Any thread. Clients can cause any number of refusals, so `LineBudget` limits the lines.
final class RefusalLog: Sendable {
    typealias Fields = [(String, JSONText)]

    /// Characters of the path that are logged: the client chooses its length.
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

    /// Reports suppressed lines when no further refusal does.
    func catchUp(at now: Instant) {
        guard let suppressed = budget.withLock({ $0.remainder(at: now) }) else { return }
        write("refused, not logged one by one", [Self.count(suppressed)])
    }

    private static func count(_ suppressed: Int) -> (String, JSONText) { ("suppressed", .integer(Int64(suppressed))) }
}

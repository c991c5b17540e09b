// A side of a conversation that follows a script.

internal import Evaluation
internal import Synchronization

/// A caller of an evaluation.
final class EvalPartner: TalkPartner {
    private let caller: Mutex<Caller>

    init(_ caller: consuming sending Caller) { self.caller = Mutex(caller) }

    func packet(_ count: Int, at seconds: Double) throws -> [Float]? {
        try caller.withLock { try $0.packet(at: seconds) }
    }

    func sent(_ samples: [Float], at seconds: Double) {}

    func heard(_ pcm: [Float], at seconds: Double) { caller.withLock { $0.heard(pcm, at: seconds) } }

    func text(_ message: String, at seconds: Double) { caller.withLock { $0.text(message, at: seconds) } }

    /// What happened. `broken`: why the server ended the session, if it did.
    func log(broken: String?) -> TalkLog {
        caller.withLock {
            var log = $0.result
            log.failure = broken.map { "the server ended the session: \($0)" }
            return log
        }
    }
}

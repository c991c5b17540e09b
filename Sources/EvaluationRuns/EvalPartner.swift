// A talk partner that follows a script.

public import Audio
internal import Basics
public import Callers
public import Evaluation
internal import Synchronization

/// Wraps a caller of the evaluation.
public final class EvalPartner: TalkPartner {
    /// The callers' audio format, both ways.
    public static let format = AudioFormat(codec: .pcm, rate: Recording.rate)!

    private let caller: Mutex<Caller>

    public init(_ caller: consuming sending Caller) { self.caller = Mutex(caller) }

    public func packet(_ count: Int, at seconds: Double) throws -> [Float]? {
        try caller.withLock { try $0.packet(at: seconds) }
    }

    public func sent(_ samples: [Float], at seconds: Double) {}

    public func received(_ pcm: [Float], at seconds: Double) { caller.withLock { $0.received(pcm, at: seconds) } }

    public func text(_ message: String, at seconds: Double) { caller.withLock { $0.text(message, at: seconds) } }

    /// The log. `broken`: why the server ended the session, if it did.
    public func log(broken: String?) -> TalkLog {
        caller.withLock {
            var log = $0.result
            log.failure = broken.map { "the server ended the session: \($0)" }
            return log
        }
    }
}

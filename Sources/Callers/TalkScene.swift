// A talk's user who follows a scripted conversation: speaks into answers, hesitates, murmurs, as the scene says.

public import Evaluation
internal import Synchronization

public final class TalkScene: TalkVoice {
    private let caller: Mutex<Caller>

    public init(_ caller: consuming sending Caller) { self.caller = Mutex(caller) }

    /// The caller says how long a packet is.
    public func packet(_ count: Int, at seconds: Double) throws -> [Float]? {
        try caller.withLock { try $0.packet(at: seconds) }
    }

    public func received(_ pcm: [Float], at seconds: Double) { caller.withLock { $0.received(pcm, at: seconds) } }

    public func text(_ message: String, at seconds: Double) { caller.withLock { $0.text(message, at: seconds) } }
}

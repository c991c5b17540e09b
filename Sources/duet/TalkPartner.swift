// Who talks: gives the microphone's packets and gets what the server sends. The same with a server and in this process.

internal import Evaluation
internal import Synchronization

/// One side of a conversation. Times are seconds from its start.
protocol TalkPartner: AnyObject, Sendable {
    /// The next `count` samples, to be spoken from `seconds` on; nil at the end. May wait for a live source.
    func packet(_ count: Int, at seconds: Double) throws -> [Float]?
    /// The packet turned out to be spoken from `seconds` on.
    func sent(_ samples: [Float], at seconds: Double)
    func heard(_ pcm: [Float], at seconds: Double)
    func text(_ message: String, at seconds: Double)
}

/// Speaks a source and records both sides.
final class TalkRecorder: TalkPartner {
    private let source: TalkSource
    /// Playback waits this long for the next packet before a gap is heard: the jitter buffer.
    private let jitterSeconds: Double
    private let onText: @Sendable (String) -> Void
    private let kept = Mutex((recording: Recording(), gaps: [Double]()))

    /// `onText` sees every text message.
    init(_ source: TalkSource, jitterSeconds: Double = 0.02, onText: @escaping @Sendable (String) -> Void) {
        (self.source, self.jitterSeconds, self.onText) = (source, jitterSeconds, onText)
    }

    var recording: Recording { kept.withLock { $0.recording } }

    /// Pauses of the output that a listener would hear, in seconds.
    var gaps: [Double] { kept.withLock { $0.gaps } }

    func packet(_ count: Int, at seconds: Double) throws -> [Float]? { try source.packet(count) }

    func sent(_ samples: [Float], at seconds: Double) {
        kept.withLock {
            // What a live source did not say in time was silence.
            let late = Int((seconds * Double(Recording.rate)).rounded()) - $0.recording.user.count
            $0.recording.user += Array(repeating: 0, count: max(0, late)) + samples
        }
    }

    func heard(_ pcm: [Float], at seconds: Double) {
        kept.withLock {
            let gap = $0.recording.play(pcm, at: seconds, jitterSeconds: jitterSeconds)
            if gap > 0 { $0.gaps.append(gap) }
        }
    }

    func text(_ message: String, at seconds: Double) {
        kept.withLock { $0.recording.note(message, at: seconds) }
        onText(message)
    }
}

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

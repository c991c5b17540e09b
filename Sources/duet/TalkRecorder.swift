// A side of a conversation that speaks a source and records both.

internal import Evaluation
internal import Synchronization

/// Speaks a source and records both sides.
final class TalkRecorder: TalkPartner {
    private let source: TalkSource
    /// Playback waits this long for the next packet before a gap is heard: the jitter buffer.
    private static let jitterSeconds = 0.02
    private let onText: @Sendable (String) -> Void
    private let kept = Mutex((recording: Recording(), gaps: [Double]()))

    /// `onText` sees every text message.
    init(_ source: TalkSource, onText: @escaping @Sendable (String) -> Void) {
        (self.source, self.onText) = (source, onText)
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
            let gap = $0.recording.play(pcm, at: seconds, jitterSeconds: Self.jitterSeconds)
            if gap > 0 { $0.gaps.append(gap) }
        }
    }

    func text(_ message: String, at seconds: Double) {
        kept.withLock { $0.recording.note(message, at: seconds) }
        onText(message)
    }
}

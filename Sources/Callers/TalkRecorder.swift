// A talk partner that speaks with a voice and records both sides.

public import Evaluation
internal import Synchronization

/// Speaks with a voice and records both sides.
public final class TalkRecorder: TalkPartner {
    private let voice: any TalkVoice
    /// The jitter buffer: playback waits this long for the next packet before a gap is audible.
    public static let jitterSeconds = 0.02
    private let onText: @Sendable (String) -> Void
    private let kept = Mutex((recording: Recording(), gaps: [Double]()))

    /// `onText` receives every text message.
    public init(_ voice: any TalkVoice, onText: @escaping @Sendable (String) -> Void = { _ in }) {
        (self.voice, self.onText) = (voice, onText)
    }

    public var recording: Recording { kept.withLock { $0.recording } }

    /// Audible gaps in the speech, in seconds: what a packet is late beyond the jitter buffer.
    public var gaps: [Double] { kept.withLock { $0.gaps } }

    /// Whether an answer that stopped at this time was interrupted.
    func wasInterrupted(at seconds: Double) -> Bool { kept.withLock { $0.recording.wasInterrupted(at: seconds) } }

    public func packet(_ count: Int, at seconds: Double) throws -> [Float]? { try voice.packet(count, at: seconds) }

    public func sent(_ samples: [Float], at seconds: Double) {
        kept.withLock {
            // Fill the time that a live source missed with silence.
            let late = Int((seconds * Double(Recording.rate)).rounded()) - $0.recording.user.count
            $0.recording.user += Array(repeating: 0, count: max(0, late)) + samples
        }
    }

    public func received(_ pcm: [Float], at seconds: Double) {
        voice.received(pcm, at: seconds)
        kept.withLock {
            let gap = $0.recording.play(pcm, at: seconds, jitterSeconds: Self.jitterSeconds)
            if gap > 0 { $0.gaps.append(gap) }
        }
    }

    public func text(_ message: String, at seconds: Double) {
        voice.text(message, at: seconds)
        kept.withLock { $0.recording.note(message, at: seconds) }
        onText(message)
    }
}

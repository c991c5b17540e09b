// A talk partner that shows the conversation on a terminal and passes it to a recorder.

internal import Evaluation
internal import Synchronization

/// Passes everything to a recorder, prints the transcript and keeps the messages.
public final class TalkScreen: TalkPartner {
    private let recorder: TalkRecorder
    private let kept = Mutex((transcript: TalkTranscript(), messages: [String](), isOver: false))

    public init(_ recorder: TalkRecorder) { self.recorder = recorder }

    /// All text messages, in order.
    public var messages: [String] { kept.withLock { $0.messages } }

    /// Ends the talk after the current packet.
    public func stop() { kept.withLock { $0.isOver = true } }

    public func packet(_ count: Int, at seconds: Double) throws -> [Float]? {
        if kept.withLock({ $0.isOver }) { return nil }
        let packet = try recorder.packet(count, at: seconds)
        return kept.withLock { $0.isOver } ? nil : packet
    }

    public func sent(_ samples: [Float], at seconds: Double) { recorder.sent(samples, at: seconds) }

    public func received(_ pcm: [Float], at seconds: Double) { recorder.received(pcm, at: seconds) }

    public func text(_ message: String, at seconds: Double) {
        recorder.text(message, at: seconds)
        let isInterruption = recorder.wasInterrupted(at: seconds)
        let lines = kept.withLock {
            $0.messages.append(message)
            return $0.transcript.take(message, isInterruption: isInterruption)
        }
        lines.forEach { print($0) }
    }

    /// Prints unfinished turns. `listener` names the one that should have heard words.
    public func end(listener: String) {
        kept.withLock { $0.transcript.end() }.forEach { print($0) }
        guard kept.withLock({ !$0.transcript.hasWords }) else { return }
        let isSilent = recorder.recording.userSpans.isEmpty
        print("the \(listener) heard no words" + (isSilent ? ": what was sent is silence" : " in what was sent"))
    }
}

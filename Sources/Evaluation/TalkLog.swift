// A conversation's log for the judge: the caller's turns, the assistant's loudness, and the texts.

internal import Foundation

/// Times are seconds from the start of the conversation, as the caller hears them.
public struct TalkLog: Sendable {
    /// A turn of the scene, with its actual times.
    public struct Turn: Sendable {
        /// Index in the scene's turns.
        public var index: Int
        public var start: Double
        public var end: Double
        /// The hesitation, if any.
        public var pause: Recording.Span?
        /// Whether the assistant was audible in the 400 ms before the turn.
        public var wasTalking: Bool
        /// Silences within the speech, the hesitation included.
        public var silences: [Recording.Span] = []
    }

    /// An answer, as its text events describe it.
    public struct Answer: Sendable {
        public var text = ""
        public var begun: Double
        /// Nil while it is still going on.
        public var ended: Double?
        public var interrupted = false
        /// The protocol does not say when answers end, or why.
        public var isGuessed = false
    }

    public var turns: [Turn] = []
    public var answers: [Answer] = []
    /// The input transcript, and when it came.
    public var transcripts: [Recording.Word] = []
    public var loudness = Loudness([])
    public var seconds = 0.0
    public var sliceSamples = Recording.rate * 80 / 1000
    /// The audio of the first minutes.
    public var recording = Recording()
    /// Why the conversation failed, if it did.
    public var failure: String?

    public init(failure: String? = nil) { self.failure = failure }

    /// The first sign between two times that the server took the user's turn for ended: sound, an answer's text, or the finished
    /// transcript.
    func firstSign(from start: Double, to end: Double) -> Double? {
        let texts = (transcripts.map(\.time) + answers.map(\.begun)).filter { start <= $0 && $0 < end }
        return (texts + [loudness.first(from: start, to: end)].compactMap { $0 }).min()
    }

    /// Records a text message.
    mutating func note(_ message: String, at now: Double) {
        guard let event = try? JSONSerialization.jsonObject(with: Data(message.utf8)) as? [String: Any] else { return }
        let text = (event["text"] as? String ?? "").trimmingCharacters(in: .whitespaces)
        switch event["type"] as? String {
        case "session.started":
            let session = event["session"] as? [String: Any]
            sliceSamples = (session?["slice_ms"] as? Int).map { Recording.rate * $0 / 1000 } ?? sliceSamples
        case "session.input_transcript.done": transcripts.append(Recording.Word(text: text, time: now))
        case "session.output_transcript.delta" where answers.last.map({ $0.ended != nil }) ?? true:
            answers.append(Answer(begun: now))
        case "session.output_transcript.done":
            if answers.last.map({ $0.ended != nil }) ?? true { answers.append(Answer(begun: now)) }
            answers[answers.count - 1].text = text
            answers[answers.count - 1].ended = now
            answers[answers.count - 1].interrupted = event["interrupted"] as? Bool ?? false
            answers[answers.count - 1].isGuessed = event["guessed"] as? Bool ?? false
        default: break
        }
    }
}

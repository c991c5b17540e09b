// The result of a talk: both sides' audio on one clock, and the transcripts with their times.

internal import Audio
internal import Foundation

/// Times are seconds from the start of the talk, on the client's clock.
public struct Recording: Sendable {
    public static let rate = AudioFormat.clientRate

    public struct Word: Sendable {
        public var text: String
        public var time: Double
    }

    /// A stretch of speech.
    public struct Span: Equatable, Sendable {
        public var start: Double
        public var end: Double
    }

    public var user: [Float] = []
    public var assistant: [Float] = []
    public var userWords: [Word] = []
    public var assistantWords: [Word] = []
    public var interruptions: [Double] = []
    /// When the session's audio begins: positions in events count from here.
    public var origin = 0.0

    public init() {}

    /// Stretches louder than `level`. Stretches less than `pause` seconds apart are merged.
    public static func spans(_ samples: [Float], level: Float = 0.01, pause: Double = 0.35) -> [Span] {
        let frame = rate / 100
        var spans: [Span] = []
        for i in 0..<samples.count / frame {
            let power = samples[i * frame..<(i + 1) * frame].reduce(0) { $0 + $1 * $1 } / Float(frame)
            guard power.squareRoot() > level else { continue }
            let time = Double(i) / 100
            if let last = spans.last, time - last.end < pause {
                spans[spans.count - 1].end = time + 0.01
            } else {
                spans.append(Span(start: time, end: time + 0.01))
            }
        }
        return spans
    }

    /// An answer that stops counts as interrupted if the user was audible this many seconds before. The page has the same rule.
    private static let causeSeconds = 1.5

    /// Whether an answer that stopped at `time` was interrupted; otherwise it broke off by itself.
    public func wasInterrupted(at time: Double) -> Bool {
        let range = [time - Self.causeSeconds, time].map { min(max(0, Int($0 * Double(Self.rate))), user.count) }
        return range[0] < range[1] && !Self.spans(Array(user[range[0]..<range[1]])).isEmpty
    }

    public var userSpans: [Span] { Self.spans(user, pause: 0.6) }
    public var assistantSpans: [Span] { Self.spans(assistant, level: 0.004) }

    /// From the end of each of the user's stretches to the assistant's next start, if the user does not speak in between.
    public var latencies: [(end: Double, seconds: Double)] {
        let user = userSpans, assistant = assistantSpans
        return user.enumerated().compactMap { i, span in
            let next = i + 1 < user.count ? user[i + 1].start : .infinity
            guard let reply = assistant.first(where: { $0.start >= span.end && $0.start < next }) else { return nil }
            return (span.end, reply.start - span.end)
        }
    }

    public var wav: WAV {
        let count = max(user.count, assistant.count)
        let pad = { (x: [Float]) in x + Array(repeating: 0, count: count - x.count) }
        return WAV(rate: Self.rate, channels: [pad(user), pad(assistant)])
    }

    // MARK: Recording

    /// Places speech that arrives at `now` where a listener would hear it: after what is playing, or `jitterSeconds` later if
    /// nothing is. Returns the audible gap before it, in seconds.
    public mutating func play(_ pcm: [Float], at now: Double, jitterSeconds: Double) -> Double {
        let end = assistant.count, late = Self.silence(before: now, end: end, jitterSeconds: jitterSeconds)
        assistant += Array(repeating: 0, count: late) + pcm
        guard end == 0 else { return Double(late) / Double(Self.rate) }
        origin = Double(late) / Double(Self.rate)
        return 0
    }

    /// Samples of silence before speech that arrives at `now`, if `end` samples have been played.
    static func silence(before now: Double, end: Int, jitterSeconds: Double) -> Int {
        let start = Int((now + jitterSeconds) * Double(rate))
        // The first packet sets the clock; any later pause is a gap.
        return end == 0 ? start : max(0, start - end - Int(jitterSeconds * Double(rate)))
    }

    /// Records a text message.
    public mutating func note(_ message: String, at now: Double) {
        guard let event = try? JSONSerialization.jsonObject(with: Data(message.utf8)) as? [String: Any] else { return }
        let piece = (event["delta"] as? String ?? "").trimmingCharacters(in: .whitespaces)
        switch event["type"] as? String {
        case "session.input_transcript.delta": userWords.append(Word(text: piece, time: now))
        case "session.output_transcript.delta": assistantWords.append(Word(text: piece, time: now))
        case "session.interrupted": interruptions.append(now)
        default: break
        }
    }
}

// Ends of turns where the protocol tells none: what a client of Live or Moshi goes by.

internal import Basics

/// Joins pieces of text to turns by pauses.
struct TurnGuess {
    /// Silence that ends an answer: its pauses are shorter.
    private static let answerPauseSeconds = 0.6
    /// Time without a word that ends the user's turn (as in Pipecat's and LiveKit's clients of Live).
    private static let userPauseSeconds = 0.8
    /// Louder than what a codec leaves of silence.
    private static let loudness: Float = 0.004

    /// A word behind so much silence, and behind words of the user's, begins another answer.
    private static let yieldSeconds = 0.15

    private var answer = "", user = ""
    /// When the last of either sounded, or was told.
    private var answered = 0.0, lastWord = 0.0
    /// When the answer was heard first and last; nil until it is.
    private var begun: Double?, sounded: Double?

    mutating func output(_ text: String, at seconds: Double) -> [ClientReceived] {
        var ended: [ClientReceived] = []
        if let sounded, seconds - sounded > Self.yieldSeconds, lastWord > sounded {
            ended = endOfAnswer(interrupted: true, at: sounded)
        }
        ended += endOfUser(at: seconds, now: true)
        answer += text
        answered = seconds
        return ended + [.event(NativeEvent.outputDelta(text), at: seconds)]
    }

    mutating func input(_ text: String, at seconds: Double) -> [ClientReceived] {
        user += text
        lastWord = seconds
        return [.event(NativeEvent.inputDelta(text), at: seconds)]
    }

    mutating func audio(_ samples: [Float], at seconds: Double) -> [ClientReceived] {
        if samples.contains(where: { abs($0) > Self.loudness }) {
            answered = seconds
            if !answer.isEmpty { (begun, sounded) = (begun ?? seconds, seconds) }
        }
        var events = endOfUser(at: seconds, now: false)
        if !answer.isEmpty, seconds - answered > Self.answerPauseSeconds {
            // Who falls silent behind a word of the other one has been interrupted: a guess, nobody tells.
            let isInterrupted = lastWord >= max(answered - Self.userPauseSeconds, begun ?? 0)
            events += endOfAnswer(interrupted: isInterrupted, at: answered)
        }
        return events + [.audio(samples)]
    }

    private mutating func endOfAnswer(interrupted: Bool, at seconds: Double) -> [ClientReceived] {
        defer { (answer, begun, sounded) = ("", nil, nil) }
        let done = NativeEvent.outputDone(Self.trimmed(answer), interrupted: interrupted)
        return (interrupted ? [.event(NativeEvent.interrupted, at: seconds)] : []) + [.event(done, at: seconds)]
    }

    private mutating func endOfUser(at seconds: Double, now: Bool) -> [ClientReceived] {
        guard !user.isEmpty, now || seconds - lastWord > Self.userPauseSeconds else { return [] }
        defer { user = "" }
        return [.event(NativeEvent.inputDone(Self.trimmed(user)), at: seconds)]
    }

    private static func trimmed(_ text: String) -> String { text.drop { $0 == " " }.description }
}

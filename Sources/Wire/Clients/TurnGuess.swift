// Guesses where turns end in protocols that do not report it, for clients of Live and Moshi.

internal import Basics

/// Joins pieces of text into turns, by the pauses between them.
struct TurnGuess {
    /// Silence that ends an answer: pauses within an answer are shorter.
    private static let answerPauseSeconds = 0.6
    /// Time without a word that ends the user's turn, as in Pipecat's and LiveKit's clients of Live.
    private static let userPauseSeconds = 0.8
    /// Louder than a codec's noise in silence.
    private static let loudness: Float = 0.004

    /// A word after this much silence, and after words of the user, begins another answer.
    private static let yieldSeconds = 0.15

    private var answer = "", user = ""
    /// When the answer last sounded or had text, and when the user's last word came.
    private var answered = 0.0, lastWord = 0.0
    /// When the answer was first and last heard; nil before.
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
            // An answer that falls silent after a word of the user's was interrupted: a guess, no protocol reports it.
            let isInterrupted = lastWord >= max(answered - Self.userPauseSeconds, begun ?? 0)
            events += endOfAnswer(interrupted: isInterrupted, at: answered)
        }
        return events + [.audio(samples)]
    }

    private mutating func endOfAnswer(interrupted: Bool, at seconds: Double) -> [ClientReceived] {
        defer { (answer, begun, sounded) = ("", nil, nil) }
        let done = NativeEvent.outputDone(Self.trimmed(answer), interrupted: interrupted, guessed: true)
        return (interrupted ? [.event(NativeEvent.interrupted, at: seconds)] : []) + [.event(done, at: seconds)]
    }

    private mutating func endOfUser(at seconds: Double, now: Bool) -> [ClientReceived] {
        guard !user.isEmpty, now || seconds - lastWord > Self.userPauseSeconds else { return [] }
        defer { user = "" }
        return [.event(NativeEvent.inputDone(Self.trimmed(user)), at: seconds)]
    }

    private static func trimmed(_ text: String) -> String { text.drop { $0 == " " }.description }
}

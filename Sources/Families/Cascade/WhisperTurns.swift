// Whisper as what finds the words of turns.

internal import Dialogue
internal import Recognition

/// Its turns are at 16 kHz, like the recogniser's.
final class WhisperTurns: TurnRecogniser {
    private let recognizer: Recognizer
    /// A turn that is longer than the recogniser takes at once loses its beginning.
    private let samplesMax: Int

    init(_ recognizer: Recognizer) {
        self.recognizer = recognizer
        samplesMax = Int(recognizer.secondsMax * Double(Recognizer.rate))
    }

    func begin(_ samples: [Float]) -> Int? { recognizer.begin(Array(samples.suffix(samplesMax))) }

    func step() -> [(place: Int, text: String)] {
        guard recognizer.isBusy else { return [] }
        return recognizer.step().map { ($0.slot, $0.text.text) }
    }

    func cancel(_ place: Int) { recognizer.cancel(place) }
}

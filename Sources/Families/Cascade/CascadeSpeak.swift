// SPEAK: the voice's next samples.

internal import Dialogue

final class CascadeSpeak: Stage {
    private let speech: CascadeSpeech
    init(_ speech: CascadeSpeech) { self.speech = speech }

    func open(_ slot: Int, seed: UInt64) {}

    func run(_ batch: SliceBatch) { speech.run(batch) }
}

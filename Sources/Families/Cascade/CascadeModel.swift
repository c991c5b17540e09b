// A model that is made of parts, as the engine sees it.
//
//  microphone ─▶ LISTEN: ear ─▶ DECODE: floor, and when words begin ─▶ SPEAK: voice ─▶ loudspeaker
//                    the turn's sound ─▶ (engine) ─▶ recogniser ─▶ (engine) ─▶ mind ─▶ words to say

internal import Dialogue
internal import Spoken
internal import Synthesis

/// One worker's instance.
final class CascadeModel: Model {
    /// The token of every word: what it is, its line says.
    static let word: Int32 = 2

    private let weights: CascadeWeights
    private let listenStage: CascadeListen
    private let decodeStage: CascadeDecode
    private let speakStage: CascadeSpeak
    private let speech: CascadeSpeech
    let slotCount: Int

    init(weights: CascadeWeights, slots: Int) {
        self.weights = weights
        slotCount = slots
        speech = CascadeSpeech(weights, slots: slots)
        listenStage = CascadeListen(weights, slots: slots)
        decodeStage = CascadeDecode(weights, listen: listenStage, speech: speech, slots: slots)
        speakStage = CascadeSpeak(speech)
    }

    var plan: SlicePlan { weights.config.plan }
    var listen: any Stage { listenStage }
    var decode: any Stage { decodeStage }
    var speak: any Stage { speakStage }
    var recognisesTurns: Bool { true }
    func text(of token: Int32) -> String { "" }
    func prepare(_ slot: Int, _ utterance: Utterance) { speech.prepare(slot, utterance) }

    /// Each sentence is an utterance, which begins with its first word.
    func wording(of text: String) -> Wording {
        let spoken = SpokenText(text)
        let words = weights.pronouncer.sentences(text).flatMap { sentence in
            sentence.words.enumerated().map { i, word in
                let utterance = Utterance(
                    phonemes: sentence.phonemes, starts: sentence.words.map(\.phonemes.lowerBound))
                return SpokenWord(
                    pieces: [Self.word], slices: 0, text: word.text, utterance: i == 0 ? utterance : nil)
            }
        }
        return Wording(words: words, unspoken: spoken.unspoken, isCut: spoken.isCut)
    }
}

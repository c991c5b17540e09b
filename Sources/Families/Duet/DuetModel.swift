// The bundled family as the engine sees it: three stages that share one worker's columns.

public import Dialogue
internal import Kernels
internal import Spoken
internal import Transformer

/// One worker's instance of a model of family "duet". Weights are shared; the columns are its own. It is deterministic: the seed has
/// no effect.
public final class DuetModel: Model {
    private let weights: DuetWeights
    private let listenStage: DuetListen
    private let decodeStage: DuetDecode
    private let speakStage: DuetSpeak
    public let slotCount: Int

    public init(weights: DuetWeights, slots: Int) {
        self.weights = weights
        slotCount = slots
        listenStage = DuetListen(weights: weights, slots: slots)
        decodeStage = DuetDecode(weights: weights, listen: listenStage, slots: slots)
        speakStage = DuetSpeak(weights: weights, decode: decodeStage, slots: slots)
    }

    public var plan: SlicePlan { weights.config.plan }
    public var listen: any Stage { listenStage }
    public var decode: any Stage { decodeStage }
    public var speak: any Stage { speakStage }
    public func text(of token: Int32) -> String { weights.tokenizer.text(token) }
    public func answers(_ request: String) -> Bool { weights.requests.contains(request) }
    public func wording(of text: String) -> Wording {
        let spoken = SpokenText(text), slice = plan.clock.slice_ms
        let words = spoken.words.flatMap { Self.parts($0) }.map { word in
            SpokenWord(pieces: weights.tokenizer.encode(word), slices: SpokenText.slices(word, of: slice))
        }
        return Wording(words: words.filter { !$0.pieces.isEmpty }, unspoken: spoken.unspoken, isCut: spoken.isCut)
    }

    /// Letters. A longer word is read as several.
    private static let wordLettersMax = 100

    private static func parts(_ word: String) -> [String] {
        guard word.utf8.count > wordLettersMax else { return [word] }
        let letters = Array(word)
        return stride(from: 0, to: letters.count, by: wordLettersMax).map {
            String(letters[$0..<min($0 + wordLettersMax, letters.count)])
        }
    }
}

extension DuetModel {
    /// For comparison with the reference: the encoder's rows of the last step, [rows, 2 · width], and its codes, [rows, 2].
    func trace(rows: Int) -> (encoder: [Float], codes: [Int]) {
        let width = 2 * weights.config.listen.width
        return (Array(listenStage.rows.values.prefix(rows * width)), Array(decodeStage.codes.prefix(rows * 2)))
    }
}

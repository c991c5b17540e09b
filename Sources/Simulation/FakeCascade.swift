// A model without weights that recognises turns: it finds who has the floor by the level, others find the words. It speaks utterances,
// two slices a word, in the sample value that it heard.

public import Dialogue

/// Three stages over plain columns. Input louder than 0.01 is the user's voice.
public final class FakeCascade: Model {
    /// Quiet slices that end a turn, and loud ones that take the floor from the assistant.
    static let quietSlices = 4, loudSlices = 4
    static let word: Int32 = 2
    /// Slices of each word.
    static let wordSlices = 2

    struct Column {
        var loud = 0, quiet = 0
        var voice: Float = 0
        /// Words of the utterance in progress, and slices of it that were said; 0 words for none.
        var words = 0, slices = 0
    }

    final class Columns {
        var rows: [Column]
        init(_ count: Int) { rows = Array(repeating: Column(), count: count) }
    }

    public let plan = FakeModel.standardPlan
    public let slotCount: Int
    public let listen: any Stage
    public let decode: any Stage
    public let speak: any Stage
    public var recognisesTurns: Bool { true }
    /// Words of the utterances that each slot was told to prepare.
    public private(set) var prepared: [Int: [Int]] = [:]

    public init(slots: Int) {
        let columns = Columns(slots)
        slotCount = slots
        (listen, decode, speak) = (CascadeListen(columns), CascadeDecode(columns), CascadeSpeak(columns))
    }

    public func text(of token: Int32) -> String { "" }

    public func prepare(_ slot: Int, _ utterance: Utterance) {
        prepared[slot, default: []].append(utterance.starts.count)
    }

    public func wording(of text: String) -> Wording {
        let words = text.split(separator: " ").map(String.init)
        return Wording(
            words: words.enumerated().map { i, word in
                let utterance = Utterance(phonemes: [], starts: Array(words.indices))
                return SpokenWord(pieces: [Self.word], slices: 0, text: word, utterance: i == 0 ? utterance : nil)
            })
    }
}

private final class CascadeListen: Stage {
    let columns: FakeCascade.Columns
    init(_ columns: FakeCascade.Columns) { self.columns = columns }

    func open(_ slot: Int, seed: UInt64) { columns.rows[slot] = FakeCascade.Column() }

    func run(_ batch: SliceBatch) {
        for (row, slot) in batch.slots.enumerated() {
            let peak = batch.microphone[row * batch.samplesPerSlice..<(row + 1) * batch.samplesPerSlice].max()!
            columns.rows[slot].loud = peak > 0.01 ? columns.rows[slot].loud + 1 : 0
            columns.rows[slot].quiet = peak > 0.01 ? 0 : columns.rows[slot].quiet + 1
            if peak > 0.01 { columns.rows[slot].voice = peak }
        }
    }
}

private final class CascadeDecode: Stage {
    let columns: FakeCascade.Columns
    init(_ columns: FakeCascade.Columns) { self.columns = columns }

    func open(_ slot: Int, seed: UInt64) {}

    func run(_ batch: SliceBatch) {
        for (row, slot) in batch.slots.enumerated() {
            let column = columns.rows[slot]
            batch.signals[row] = FloorSignal(
                isSpeech: column.loud > 0, isOver: column.quiet >= FakeCascade.quietSlices,
                soundsOver: column.quiet >= FakeCascade.quietSlices,
                wantsFloor: column.loud >= FakeCascade.loudSlices)
            batch.decisions[row] = say(&columns.rows[slot], batch.prompts[row], batch.isSilent(row, end: 1))
        }
    }

    private func say(_ column: inout FakeCascade.Column, _ prompt: Prompt, _ isSilent: Bool) -> Decision {
        var decision = Decision(think: prompt.think ?? 0)
        guard let say = prompt.say, !isSilent else {
            column.words = 0
            return decision
        }
        if let utterance = prompt.utterance, !prompt.waits || column.words == 0 {
            (column.words, column.slices) = (utterance.starts.count, 0)
            decision.say = say
        } else if say == 1 {
            decision.say = column.words == 0 ? 1 : 0
        } else if say > 1, prompt.utterance == nil, column.words > 0,
            column.slices % FakeCascade.wordSlices == 0
        {
            decision.say = say
        }
        decision.speaks = column.words > 0
        return decision
    }
}

private final class CascadeSpeak: Stage {
    let columns: FakeCascade.Columns
    init(_ columns: FakeCascade.Columns) { self.columns = columns }

    func open(_ slot: Int, seed: UInt64) {}

    func run(_ batch: SliceBatch) {
        for (row, slot) in batch.slots.enumerated() {
            let speaks = batch.decisions[row].speaks
            for i in 0..<batch.samplesPerSlice {
                batch.speech[row * batch.samplesPerSlice + i] = speaks ? columns.rows[slot].voice : 0
            }
            guard speaks else { continue }
            columns.rows[slot].slices += 1
            let column = columns.rows[slot]
            if column.slices >= column.words * FakeCascade.wordSlices { columns.rows[slot].words = 0 }
        }
    }
}

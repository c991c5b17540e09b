// DECODE: who has the floor, and which words begin in a slice.

internal import Dialogue
internal import Floor
internal import Kernels

/// The floor's network, and the voice's reins.
final class CascadeDecode: Stage {
    private struct Column {
        var count = FloorRule.Count()
        var isSpeech = false
        /// Slices since the last with speech, and slices of speech in a row.
        var stillSlices = Int.max / 2, speechSlices = 0
        /// Slices of our voice in a row.
        var voiceSlices = 0
        /// Whether an answer is being spoken, its short pauses included.
        var hasFloor = false
    }

    /// A mind that finds the end this unlikely would not answer yet: the turn ends after 960 ms at the earliest, and after 400 ms where it is not known
    /// what the mind finds.
    private static let likelihoodMin: Float = -5
    private static let unlikelySlices = 12, unknownSlices = 5
    /// Where the user speaks on just when our voice begins, they have the floor after three slices of speech, within 400 ms.
    private static let collisionSlices = 3, collisionSlicesMax = 5
    /// Probabilities of speech at which it begins and ends. Of development speakers' turns 99.5 % reach the first, of side talk 2 %; at 0.5
    /// it would be a fifth (docs/benchmarks.md).
    private static let speechMin: Float = 0.9, silenceMax: Float = 0.3
    /// Who spoke to us within the last 2 s probably goes on.
    private static let againSlices = 25, againMin: Float = 0.5

    private let listen: CascadeListen
    private let floor: Floor
    private let rule: FloorRule
    private let speech: CascadeSpeech
    private let tokens: SlicePlan.Tokens
    private var columns: [Column]

    init(_ weights: CascadeWeights, listen: CascadeListen, speech: CascadeSpeech, slots: Int) {
        (self.listen, self.speech, tokens) = (listen, speech, weights.config.plan.tokens)
        (floor, rule) = (Floor(weights.floor, slots: slots), weights.floor.rule)
        columns = Array(repeating: Column(), count: slots)
    }

    func open(_ slot: Int, seed: UInt64) {
        columns[slot] = Column()
        floor.open(slot)
        speech.open(slot, seed: seed)
    }

    func run(_ batch: SliceBatch) {
        for (row, output) in floors(batch).enumerated() {
            batch.signals[row] = signal(batch.slots[row], output, batch.likelihoods[row])
        }
        for (row, slot) in batch.slots.enumerated() {
            let isSilent = batch.isSilent(row, end: tokens.end)
            batch.decisions[row] = decide(slot, batch.prompts[row], isSilent: isSilent)
        }
    }

    private func floors(_ batch: SliceBatch) -> [FloorOutput] {
        batch.microphone.withUnsafeBufferPointer { microphone in
            let inputs = batch.slots.enumerated().map { row, slot in
                FloorInput(
                    earRows: listen.rows.pointer + row * listen.sliceFloats,
                    microphone: microphone.baseAddress! + row * batch.samplesPerSlice,
                    ownVoice: speech.lastSlice(slot), likelihood: batch.likelihoods[row], words: batch.words[row],
                    isSpeaking: columns[slot].hasFloor)
            }
            return floor.run(batch.slots, inputs)
        }
    }

    private func signal(_ slot: Int, _ output: FloorOutput, _ likelihood: Float) -> FloorSignal {
        let action = rule.decide(output, isSpeaking: columns[slot].hasFloor, &columns[slot].count)
        columns[slot].isSpeech = output.speech >= speechLimit(columns[slot])
        columns[slot].stillSlices = columns[slot].isSpeech ? 0 : columns[slot].stillSlices + 1
        columns[slot].speechSlices = columns[slot].isSpeech ? columns[slot].speechSlices + 1 : 0
        columns[slot].voiceSlices = columns[slot].hasFloor ? columns[slot].voiceSlices + 1 : 0
        let isOver = action == .take && agrees(likelihood, after: columns[slot].stillSlices)
        return FloorSignal(
            isSpeech: columns[slot].isSpeech, isOver: isOver,
            wantsFloor: action == .yield || isCollision(columns[slot]))
    }

    /// From which probability on a slice has speech.
    private func speechLimit(_ column: Column) -> Float {
        column.isSpeech ? Self.silenceMax : column.stillSlices <= Self.againSlices ? Self.againMin : Self.speechMin
    }

    /// Speech that began before our voice could be heard is no echo of it.
    private func isCollision(_ column: Column) -> Bool {
        (1...Self.collisionSlicesMax).contains(column.voiceSlices)
            && column.speechSlices >= max(Self.collisionSlices, column.voiceSlices)
    }

    /// Whether the mind would answer now.
    private func agrees(_ likelihood: Float, after slices: Int) -> Bool {
        if likelihood.isNaN { return slices >= Self.unknownSlices }
        return likelihood >= Self.likelihoodMin || slices >= Self.unlikelySlices
    }

    /// What the voice does: it begins an utterance where a line asks for it, and stops as soon as there is none.
    private func decide(_ slot: Int, _ prompt: Prompt, isSilent: Bool) -> Decision {
        var decision = Decision(think: prompt.think ?? tokens.idle, say: tokens.idle)
        guard let say = prompt.say, !isSilent else {
            speech.stop(slot)
            columns[slot].hasFloor = false
            return decision
        }
        if let utterance = prompt.utterance, !speech.isSpeaking(slot) {
            speech.begin(slot, utterance)
            columns[slot].hasFloor = true
            decision.say = say
        } else if say == tokens.end {
            if !speech.isSpeaking(slot) { decision.say = tokens.end }
        } else if say != tokens.idle, prompt.utterance == nil, speech.beginsWord(slot) {
            decision.say = say
        }
        if decision.say == tokens.end { columns[slot].hasFloor = false }
        decision.speaks = speech.isSpeaking(slot)
        return decision
    }
}

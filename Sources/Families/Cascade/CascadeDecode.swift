// DECODE: who has the floor, and which words begin in a slice.

internal import Dialogue
internal import Floor
internal import Kernels

/// The floor's network, and the voice's reins.
final class CascadeDecode: Stage {
    private struct Column {
        var sense = FloorSense()
        /// Whether an answer is being spoken, its short pauses included.
        var hasFloor = false
    }

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
            let slot = batch.slots[row]
            batch.signals[row] = columns[slot].sense.sense(
                output, likelihood: batch.likelihoods[row], isSpeaking: columns[slot].hasFloor, rule)
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

    /// What the voice does: it begins an utterance where a line asks for it, and stops as soon as there is none.
    private func decide(_ slot: Int, _ prompt: Prompt, isSilent: Bool) -> Decision {
        var decision = Decision(think: prompt.think ?? tokens.idle, say: tokens.idle)
        guard let say = prompt.say, !isSilent else {
            speech.stop(slot)
            columns[slot].hasFloor = false
            return decision
        }
        // A line that begins does not wait for the end of a back-channel.
        if let utterance = prompt.utterance, !prompt.waits || !speech.isSpeaking(slot) {
            speech.stop(slot)
            speech.begin(slot, utterance)
            // A back-channel begins no word, and leaves the floor to the user.
            columns[slot].hasFloor = say != tokens.idle
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

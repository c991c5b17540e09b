// DECODE: who has the floor, and which words begin in a slice.

internal import Basics
internal import Dialogue

/// The floor, and the voice's reins.
final class CascadeDecode: Stage {
    private let listen: CascadeListen
    private let speech: CascadeSpeech
    private let tokens: SlicePlan.Tokens
    private var loudSlices: [Int], quietSlices: [Int]

    init(_ weights: CascadeWeights, listen: CascadeListen, speech: CascadeSpeech, slots: Int) {
        (self.listen, self.speech, tokens) = (listen, speech, weights.config.plan.tokens)
        loudSlices = Array(repeating: 0, count: slots)
        quietSlices = loudSlices
    }

    func open(_ slot: Int, seed: UInt64) {
        (loudSlices[slot], quietSlices[slot]) = (0, 0)
        speech.open(slot, seed: seed)
    }

    func run(_ batch: SliceBatch) {
        for (row, slot) in batch.slots.enumerated() {
            batch.signals[row] = signal(slot, batch.likelihoods[row])
            let silent = batch.isSilent(row, end: tokens.end)
            batch.decisions[row] = decide(slot, batch.prompts[row], silent: silent)
        }
    }

    private func signal(_ slot: Int, _ likelihood: Float) -> FloorSignal {
        let isLoud = listen.levels[slot] > max(listen.floors[slot] + 12, -50)
        loudSlices[slot] = isLoud ? loudSlices[slot] + 1 : 0
        quietSlices[slot] = isLoud ? 0 : quietSlices[slot] + 1
        let pause = likelihood > -6 ? 5 : 12
        return FloorSignal(
            isSpeech: isLoud || quietSlices[slot] < 2, isOver: quietSlices[slot] >= pause,
            wantsFloor: loudSlices[slot] >= 6)
    }

    /// What the voice does: it begins an utterance where a line asks for it, and stops as soon as there is none.
    private func decide(_ slot: Int, _ prompt: Prompt, silent: Bool) -> Decision {
        var decision = Decision(think: prompt.think ?? tokens.idle, say: tokens.idle)
        guard let say = prompt.say, !silent else {
            speech.stop(slot)
            return decision
        }
        if let utterance = prompt.utterance, !speech.isSpeaking(slot) {
            speech.begin(slot, utterance)
            decision.say = say
        } else if say == tokens.end {
            if !speech.isSpeaking(slot) { decision.say = tokens.end }
        } else if say != tokens.idle, prompt.utterance == nil, speech.beginsWord(slot) {
            decision.say = say
        }
        decision.speaks = speech.isSpeaking(slot)
        return decision
    }
}

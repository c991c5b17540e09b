// Hears turns where the model recognises them: collects their sound, has their words found, and gives those to the mind.

internal import Basics

extension Engine {
    /// Takes a slice of the user's audio, and what the model's floor finds in it.
    func attend(_ slot: Slot, _ signal: FloorSignal, _ samples: ArraySlice<Float>) {
        guard sessions[slot.index]!.hearing != nil else { return }
        sessions[slot.index]!.timer.advance()
        if signal.wantsFloor, sessions[slot.index]!.hasFloor { yieldFloor(slot) }
        let hasFloor = sessions[slot.index]!.hasFloor
        sessions[slot.index]!.hearing!.advance(samples, signal, assistantHasFloor: hasFloor)
        prepare(sessions[slot.index]!.followTurn(signal), slot)
        if sessions[slot.index]!.hearing!.speechSlices > 0 { sessions[slot.index]!.mind?.speaks() }
        if sessions[slot.index]!.hearing!.speechSlices >= Self.speechSlices, sessions[slot.index]!.awaitsVoice {
            goOn(slot)
        }
        follow(slot)
    }

    /// Consecutive slices of speech that take back an answer which the user has not heard.
    private static let speechSlices = 3

    /// The user takes the floor from the assistant.
    private func yieldFloor(_ slot: Slot) {
        takeBack(slot)
        sessions[slot.index]!.yield()
        giveUp(slot)
        consult(slot)
    }

    /// The user goes on before the answer was heard.
    private func goOn(_ slot: Slot) {
        _ = sessions[slot.index]!.script.drop()
        sessions[slot.index]!.mind!.reopen()
        sessions[slot.index]!.hearing!.reopen()
        consult(slot)
    }

    func recognised(_ slot: Slot, _ id: Int, _ text: String) {
        sessions[slot.index]!.hearing?.recognised(id, text)
        follow(slot)
    }

    /// The client ends the user's turn.
    func finishTurn(_ slot: Slot) {
        sessions[slot.index]!.hearing!.finish()
        follow(slot)
    }

    /// Without what a recogniser puts behind the last word, whether or not more is to come: a mind would believe that the turn is over.
    private func bare(_ words: String) -> String {
        guard let last = words.lastIndex(where: { !" .,;:!?…-".contains($0) }) else { return words }
        return String(words[...last])
    }

    private func follow(_ slot: Slot) {
        while let actions = sessions[slot.index]?.hearing?.take(), !actions.isEmpty {
            for action in actions { perform(action, slot) }
        }
    }

    private func perform(_ action: Hearing.Action, _ slot: Slot) {
        let position = sessions[slot.index]!.playout.position
        switch action {
        case .recognise(let id, let samples): emit(.recognise(slot, id: id, samples: samples))
        case .guess(let words):
            emit(.userGuess(slot, words, at: position))
            sessions[slot.index]!.mind?.rehear(bare(words))
            consult(slot)
        case .pause(let words):
            sessions[slot.index]!.mind?.rehear(bare(words))
            consult(slot)
        case .over(let words, let times): end(slot, words, times, at: position)
        }
    }

    /// A turn is over. What was typed meanwhile is a turn of its own, and the answer is to that.
    private func end(_ slot: Slot, _ words: String, _ times: TurnTimes, at position: SampleTime) {
        let typed = sessions[slot.index]!.takeTyped()
        if !words.isEmpty {
            emit(.userText(slot, " " + words, at: position))
            sessions[slot.index]!.mind?.rehear(bare(words))
        }
        guard !typed.isEmpty else {
            sessions[slot.index]!.timer.begin(times)
            return endUserTurn(slot, at: position)
        }
        if words.isEmpty { emit(.userGuess(slot, "", at: position)) } else { report(.userEnd, slot, at: position) }
        sessions[slot.index]!.mind?.leave(bare(words))
        answer(slot, typed: typed)
    }
}

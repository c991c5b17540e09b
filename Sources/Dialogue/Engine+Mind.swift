// Carries a session's words to its mind, and the mind's to its voice.

internal import Basics

extension Engine {
    /// Does what sessions ask their minds, or have from them, until nothing is left.
    func consult(_ slot: Slot) {
        while let actions = sessions[slot.index]?.mind?.take(), !actions.isEmpty {
            for action in actions { perform(action, slot) }
        }
    }

    private func perform(_ action: MindTurn.Action, _ slot: Slot) {
        let index = slot.index
        switch action {
        case .ask(let request): emit(.mind(slot, request))
        case .say(let clause):
            sessions[index]!.allowAnswer()
            sessions[index]!.script.extend(spoken(clause), shown: shown(clause))
            prepare(sessions[index]!.script.coming, slot)
            sessions[index]!.timer.answer()
        case .prepare(let clause): prepare(spoken(clause).lazy.compactMap(\.utterance).first, slot)
        case .sayNoMore:
            sessions[index]!.script.finish()
            guard !sessions[index]!.script.hasMindLine else { break }
            // Nothing of it could be said.
            emit(.mindSilent(slot))
            sessions[index]!.mind!.spoken("")
        case .hold: speak(limits.mind?.hold, slot)
        case .call(let call): emit(.call(slot, call, at: sessions[index]!.playout.position))
        case .decline: emit(.mindSilent(slot))
        case .fail(let failure):
            emit(.mindFailed(slot, failure))
            speak(limits.mind?.failure, slot)
        }
    }

    /// Tells the model what the session's voice will say next.
    func prepare(_ utterance: Utterance?, _ slot: Slot) {
        if let utterance { model.prepare(slot.index, utterance) }
    }

    private func spoken(_ text: String) -> [SpokenWord] { model.wording(of: text).words.filter { !$0.pieces.isEmpty } }

    private func shown(_ clause: String) -> [SpokenLine.Shown] {
        clause.split(whereSeparator: \.isWhitespace).map(String.init).map {
            SpokenLine.Shown(text: $0, count: spoken($0).count)
        }
    }

    /// Says a phrase that is no part of the conversation.
    private func speak(_ phrase: String?, _ slot: Slot) {
        guard let phrase else { return }
        sessions[slot.index]!.allowAnswer()
        sessions[slot.index]!.script.say(model.wording(of: phrase).words, from: .hold)
        prepare(sessions[slot.index]!.script.coming, slot)
    }

    // MARK: From the client and the mind

    func tell(_ slot: Slot, _ words: [SpokenWord], _ text: String) {
        let index = slot.index
        guard sessions[index]!.mind != nil, !text.isEmpty, !model.answers(text) else {
            sessions[index]!.tell(words)
            return
        }
        interruptMind(slot)
        // What the user is saying is a turn before the typed one.
        guard sessions[index]!.hearing?.isOpen == true else { return answer(slot, typed: [text]) }
        sessions[index]!.keepTyped(text)
        finishTurn(slot)
    }

    /// The user's turn is what they typed.
    func answer(_ slot: Slot, typed texts: [String]) {
        let index = slot.index, position = sessions[index]!.playout.position
        for text in texts { emit(.userTyped(slot, text, at: position)) }
        sessions[index]!.allowAnswer()
        sessions[index]!.mind!.type(texts.joined(separator: "\n"), keeps: model.recognisesTurns)
        consult(slot)
    }

    func result(_ slot: Slot, _ result: ToolResult, answers: Bool) {
        if sessions[slot.index]!.mind?.returned(result, answers: answers) != true { emit(.unknownResult(slot, result)) }
        consult(slot)
    }

    func configure(_ slot: Slot, _ setup: MindSetup) {
        sessions[slot.index]!.mind?.configure(setup)
        consult(slot)
    }

    func append(_ slot: Slot, _ message: MindMessage) {
        sessions[slot.index]!.mind?.append(message)
        consult(slot)
    }

    func receive(_ slot: Slot, _ event: MindEvent) {
        sessions[slot.index]!.mind?.receive(event)
        consult(slot)
    }

    // MARK: The voice

    /// Takes back what the mind is saying. The history keeps what the user has heard.
    func takeBack(_ slot: Slot) {
        guard sessions[slot.index]!.mind != nil else { return }
        // What a step in progress says of it is flushed: nobody hears it.
        sessions[slot.index]!.hasDropped = sessions[slot.index]!.script.lineSource == .mind
        let texts = sessions[slot.index]!.script.drop()
        sessions[slot.index]!.mind!.interrupted(heard: texts.said, unheard: texts.unsaid)
    }

    /// The user has the floor: the same, and the client is told.
    private func interruptMind(_ slot: Slot) {
        guard sessions[slot.index]!.mind != nil else { return }
        takeBack(slot)
        giveUp(slot)
        consult(slot)
    }

    func giveUp(_ slot: Slot) {
        let position = sessions[slot.index]!.playout.position
        for change in sessions[slot.index]!.turn.giveUp() { report(change, slot, at: position) }
    }

    /// A slice is over: a line may be, and time passes for the mind.
    func advanceMind(_ slot: Slot, _ ended: SpokenLine.Ended?) {
        guard let mind = sessions[slot.index]!.mind else { return }
        if let ended, ended.line.source == .mind { endLine(slot, ended) }
        if mind.isTalkedOver { interruptMind(slot) }
        sessions[slot.index]!.mind!.advance()
        consult(slot)
        guard sessions[slot.index]!.isOverdue else { return }
        endUserTurn(slot, at: sessions[slot.index]!.playout.position, overdue: true)
    }

    private func endLine(_ slot: Slot, _ ended: SpokenLine.Ended) {
        let texts = ended.line.texts(done: ended.done)
        if ended.isWhole { return sessions[slot.index]!.mind!.spoken(texts.said) }
        sessions[slot.index]!.mind!.interrupted(heard: texts.said, unheard: texts.unsaid)
        giveUp(slot)
    }
}

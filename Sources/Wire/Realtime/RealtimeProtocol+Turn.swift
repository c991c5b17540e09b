// What the client says of the user's turn: that it is over, or that it never was.

internal import Basics

extension RealtimeProtocol {
    /// The user's turn is over, says the client.
    func commit(_ event: JSONText) -> [ClientAction] {
        guard appended >= SampleTime.rate / 10 else {
            let milliseconds = Double(appended) * 1000 / Double(SampleTime.rate)
            return refuse(
                "input_audio_buffer_commit_empty",
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has \(milliseconds)ms of audio.",
                event)
        }
        appended = 0
        input?.restart()
        var told: [WireMessage] = []
        if turn?.isCommitted == true { close(at: position, &told) }
        turn = turn ?? UserTurn(id: next("item"), start: position)
        if settings.turnDetection != nil || turn!.isEnded && isQuiet {
            close(at: position, &told)
        } else {
            // Its last word may be on its way.
            turn!.isCommitted = true
            told += committed()
        }
        return told.map { .reply($0) }
    }

    /// What tells that the turn is an item now.
    func committed() -> [WireMessage] {
        guard let turn else { return [] }
        var item = RealtimeItem(id: turn.id, role: "user")
        item.pieces = turn.pieces
        let previous = conversation.add(item).map { JSONText.string($0) } ?? .null
        let fields = [("previous_item_id", previous), ("item_id", JSONText.string(turn.id))]
        return [messages.event("input_audio_buffer.committed", fields)].compactMap { $0 }
            + announce(item, behind: previous)
    }

    func announce(_ item: RealtimeItem, behind previous: JSONText) -> [WireMessage] {
        let fields = [
            ("previous_item_id", previous),
            ("item", item.described(in: messages.dialect, transcribes: settings.transcribes)),
        ]
        return ["conversation.item.added", "conversation.item.done"].compactMap { messages.event($0, fields) }
    }

    /// What waits is forgotten, and so is what the user was saying. The model has heard it: it is not to answer that.
    func clear() -> [ClientAction] {
        appended = 0
        input?.restart()
        let wasSpeaking = turn?.isCommitted == false || !isQuiet
        let told = turn?.isCommitted == false ? stopped(at: position) : []
        if turn?.isCommitted == false { turn = nil }
        if wasSpeaking { clearance = Clearance(start: position) }
        return [.forget] + told.map { .reply($0) } + (response == nil ? hold() : [])
            + reply("input_audio_buffer.cleared")
    }
}

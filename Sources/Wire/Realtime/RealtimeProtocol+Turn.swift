// The user's turns on the wire: the client's requests, and the server's reports.

internal import Basics

extension RealtimeProtocol {
    /// The state that transitions of the user's turn depend on.
    var moment: RealtimeTurns.Moment {
        RealtimeTurns.Moment(
            position: clock.position, progress: microphone.progress(at: clock.position),
            detects: settings.turnDetection != nil, transcribes: settings.transcribes,
            answers: !settings.transcribesOnly)
    }

    /// Time in which the model reads one letter, at most.
    private static let letterMilliseconds = 80

    // MARK: From the client

    /// The client says that the user's turn is over.
    func commit(_ event: JSONText) -> [ClientAction] {
        let samples = microphone.appended
        guard samples >= clock.rate / 10 else {
            let milliseconds = Double(samples) * 1000 / Double(clock.rate)
            return refuse(
                "input_audio_buffer_commit_empty",
                "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has \(milliseconds)ms of audio.",
                event)
        }
        microphone.restart()
        var changes: [RealtimeTurns.Change] = []
        turns.commit(moment, &ids, into: &changes)
        return replies { report(changes, &$0) }
    }

    /// Drops the audio that waits, and what the user was saying.
    func clear() -> [ClientAction] {
        microphone.restart()
        var changes: [RealtimeTurns.Change] = []
        turns.clear(moment, into: &changes)
        return [.forget] + replies { report(changes, &$0) } + (responses.isIdle ? hold() : [])
            + reply("input_audio_buffer.cleared")
    }

    /// Tells the model a text: what was being said is over.
    func write(_ text: String) -> [ClientAction] {
        var changes: [RealtimeTurns.Change] = []
        turns.write(text, moment, into: &changes)
        if !text.isEmpty {
            responses.wait(slices: clock.slices(milliseconds: text.utf8.count * Self.letterMilliseconds))
        }
        return replies { report(changes, &$0) } + [.tell(String(text.prefix(Self.textMax)))]
    }

    /// Tells the model again what it has heard: it missed the end of the user's turn, or was not allowed to answer it.
    func remind() -> [ClientAction] {
        var changes: [RealtimeTurns.Change] = []
        let text = turns.takeUnanswered(moment, into: &changes)
        // A mind remembers what it has heard.
        return replies { report(changes, &$0) } + write(mind.exists ? "" : String(text.suffix(Self.textMax)))
    }

    // MARK: To the client

    func report(_ changes: [RealtimeTurns.Change], _ out: inout [WireMessage]) {
        for change in changes { report(change, &out) }
    }

    private func report(_ change: RealtimeTurns.Change, _ out: inout [WireMessage]) {
        switch change {
        case .started(let turn):
            let start = max(0, turn.start - settings.prefixMilliseconds)
            send(
                "input_audio_buffer.speech_started",
                [("audio_start_ms", .integer(start)), ("item_id", .string(turn.id))], &out)
        case .stopped(let turn, let end):
            send(
                "input_audio_buffer.speech_stopped",
                [("audio_end_ms", .integer(end)), ("item_id", .string(turn.id))], &out)
        case .committed(let turn): add(turn, &out)
        case .caption(let id, let text):
            send(
                "conversation.item.input_audio_transcription.delta",
                [("item_id", .string(id)), ("content_index", .integer(0)), ("delta", .string(text))], &out)
        case .closed(let turn, let end):
            conversation.change(turn.id) { $0.pieces = turn.pieces }
            if settings.transcribes { transcribe(turn, end, &out) }
        }
    }

    private func add(_ turn: RealtimeTurn, _ out: inout [WireMessage]) {
        var item = RealtimeItem(id: turn.id, role: "user")
        item.pieces = turn.pieces
        let previous = conversation.add(item).map { JSONText.string($0) } ?? .null
        send(
            "input_audio_buffer.committed", [("previous_item_id", previous), ("item_id", .string(turn.id))], &out)
        announce(item, behind: previous, &out)
    }

    func announce(_ item: RealtimeItem, behind previous: JSONText, _ out: inout [WireMessage]) {
        let fields = [
            ("previous_item_id", previous),
            ("item", item.described(in: messages.dialect, transcribes: settings.transcribes)),
        ]
        for type in ["conversation.item.added", "conversation.item.done"] { send(type, fields, &out) }
    }

    private func transcribe(_ turn: RealtimeTurn, _ end: Int64, _ out: inout [WireMessage]) {
        let seconds = Double(max(clock.slice, end - turn.start)) / 1000
        send(
            "conversation.item.input_audio_transcription.completed",
            [
                ("item_id", .string(turn.id)), ("content_index", .integer(0)),
                ("transcript", .string(turn.transcript)),
                ("usage", .object([("type", .string("duration")), ("seconds", .number(seconds))])),
            ], &out)
    }

    func send(_ type: String, _ fields: [(String, JSONText)], _ out: inout [WireMessage]) {
        if let message = messages.event(type, fields) { out.append(message) }
    }
}

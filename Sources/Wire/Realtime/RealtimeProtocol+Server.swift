// What the engine tells, as Realtime's events, in the order that clients go by (OpenAI Realtime guide, "Realtime conversations").
//
//  user's first word ─▶ speech_started … END ─▶ speech_stopped, committed, item ─▶ response.created … audio … response.done

internal import Basics

extension RealtimeProtocol {
    /// A turn that was announced for an interruption, and in which no word was heard for so long, is over.
    private static let wordlessMilliseconds: Int64 = 1200
    /// From loud audio to the first word of it, at least, and to the last at most.
    private static let clearedMillisecondsMin: Int64 = 240, clearedMillisecondsMax: Int64 = 2000
    /// Turns that wait for an answer, at most.
    private static let unansweredMax = 32

    func encode(_ event: ServerEvent, into told: inout [WireMessage]) {
        switch event {
        case .started(let id, let model, let slice):
            (self.id, self.slice) = (id, Int64(slice))
            if settings.model.isEmpty { settings.setModel(model) }
            tell("session.created", [("session", session)], &told)
        case .audio(let samples): slicePassed(samples, &told)
        case .userText(let text, let start, _): hearWord(text, at: start, &told)
        case .userDone(_, _, let end): endTurn(at: end, &told)
        case .assistantText(let text, let start, _): say(text, at: start, &told)
        case .assistantDone(_, interrupted: false, _, _):
            response?.isSaid = true
            if !sounds { response?.ending = (.completed, nil) }
        case .speaking:
            sounds = true
            if response?.hasItem != true || response?.ending != nil { answer(&told) }
            decided("response.speak", &told)
        case .listening:
            sounds = false
            decided("response.listen", &told)
            if response?.isSaid == true { response?.ending = (.completed, nil) }
        case .interrupted: interrupt(&told)
        // The session's time went on.
        case .info(ServerEvent.overload, _, let milliseconds): position += milliseconds
        case .closed("expired", _):
            told.append(messages.error("session_expired", "Your session hit the maximum duration."))
        case .closed(let reason, _) where isDuplex: tell("session.closed", [("reason", .string(reason))], &told)
        case .assistantDone, .info, .clock, .goingAway, .closed: break
        }
    }

    /// vLLM-Omni's clients are told of every change.
    private func decided(_ type: String, _ told: inout [WireMessage]) {
        guard isDuplex, let response else { return }
        tell(type, [("response_id", .string(response.id)), ("item_id", .string(response.itemID))], &told)
    }

    private func tell(_ type: String, _ fields: [(String, JSONText)], _ told: inout [WireMessage]) {
        if let message = messages.event(type, fields) { told.append(message) }
    }

    // MARK: The user

    private func hearWord(_ text: String, at start: Int64, _ told: inout [WireMessage]) {
        guard !isTyped else {
            hasRead = true
            return
        }
        guard !isClearing() else { return }
        if turn == nil { turn = UserTurn(id: next("item"), start: start) }
        turn!.pieces.append((text, start - turn!.start))
        turn!.isEnded = false
        // While the assistant speaks, a word is news only if it yields: clients stop playing at `speech_started`.
        if response?.hasItem != true { announceTurn(&told) }
        caption(&told)
    }

    /// Whether what the model hears is still what was cleared: until somebody has spoken again for a moment, or long enough.
    func isClearing() -> Bool {
        guard let now = clearance else { return false }
        let isOver =
            position - now.start >= Self.clearedMillisecondsMax
            || now.loud.map { position - $0 >= Self.clearedMillisecondsMin } ?? false
        if isOver { clearance = nil }
        return !isOver
    }

    private func announceTurn(_ told: inout [WireMessage]) {
        guard settings.turnDetection != nil else { return }
        if turn == nil { turn = UserTurn(id: next("item"), start: position) }
        guard !turn!.isAnnounced else { return }
        turn!.isAnnounced = true
        let start = max(0, turn!.start - settings.prefixMilliseconds)
        tell(
            "input_audio_buffer.speech_started",
            [("audio_start_ms", .integer(start)), ("item_id", .string(turn!.id))], &told)
    }

    /// What of the transcript has not been sent.
    private func caption(_ told: inout [WireMessage], all: Bool = false) {
        guard settings.transcribes, let turn, turn.isAnnounced || turn.isCommitted || all else { return }
        for piece in turn.pieces[turn.told...] {
            tell(
                "conversation.item.input_audio_transcription.delta",
                [("item_id", .string(turn.id)), ("content_index", .integer(0)), ("delta", .string(piece.text))], &told)
        }
        self.turn!.told = turn.pieces.count
    }

    private func endTurn(at end: Int64, _ told: inout [WireMessage]) {
        guard !isTyped else {
            // The end of what was said before may have been on its way.
            if hasRead { isTyped = false }
            return
        }
        guard turn != nil else { return }
        turn!.isEnded = true
        // Push to talk: it is over when the client says so, and all of it has been heard.
        if settings.turnDetection != nil || turn!.isCommitted && isHeard { close(at: end, &told) }
    }

    /// All that the user has said in the turn is known.
    func close(at end: Int64, _ told: inout [WireMessage]) {
        told += stopped(at: end)
        if turn?.isCommitted == false { told += committed() }
        caption(&told, all: true)
        guard let turn else { return }
        self.turn = nil
        conversation.change(turn.id) { $0.pieces = turn.pieces }
        let transcript = turn.pieces.map(\.text).joined().drop { $0 == " " }.description
        if !transcript.isEmpty, !settings.transcribesOnly { unanswered.append(transcript) }
        // What was said long ago needs no answer.
        if unanswered.count > Self.unansweredMax { unanswered.removeFirst() }
        guard settings.transcribes else { return }
        let seconds = Double(max(slice, end - turn.start)) / 1000
        tell(
            "conversation.item.input_audio_transcription.completed",
            [
                ("item_id", .string(turn.id)), ("content_index", .integer(0)), ("transcript", .string(transcript)),
                ("usage", .object([("type", .string("duration")), ("seconds", .number(seconds))])),
            ], &told)
    }

    /// What ends a turn that was announced.
    func stopped(at end: Int64) -> [WireMessage] {
        guard let turn, turn.isAnnounced else { return [] }
        let fields = [("audio_end_ms", JSONText.integer(end)), ("item_id", .string(turn.id))]
        return [messages.event("input_audio_buffer.speech_stopped", fields)].compactMap { $0 }
    }

    // MARK: The assistant

    private func say(_ text: String, at start: Int64, _ told: inout [WireMessage]) {
        if response?.hasItem != true || response?.isSaid == true { answer(&told) }
        guard let now = response else { return }
        response!.pieces.append((text, Int64(now.slices) * slice))
        tell(
            now.isText ? "response.output_text.delta" : "response.output_audio_transcript.delta",
            now.content + [("delta", .string(text))], &told)
    }

    /// An answer begins: the one that was asked for, or one of the model's own.
    private func answer(_ told: inout [WireMessage]) {
        if let response, response.hasItem {
            finish(response.ending?.status ?? .completed, reason: response.ending?.reason, into: &told)
        }
        if response == nil {
            begin(RealtimeResponse(id: next("resp"), itemID: next("item"), isText: !settings.speaks, isAsked: false))
            tell("response.created", [("response", response!.described(settings, in: messages.dialect))], &told)
        }
        response!.hasItem = true
        unanswered = []
        lastAnswerID = response!.itemID
        let now = response!, item = now.item(.inProgress)
        tell(
            "response.output_item.added",
            [
                ("response_id", .string(now.id)), ("output_index", .integer(0)),
                ("item", item.described(in: messages.dialect)),
            ], &told)
        if !now.isAside {
            let previous = conversation.add(item)
            tell(
                "conversation.item.added",
                [
                    ("previous_item_id", previous.map { .string($0) } ?? .null),
                    ("item", item.described(in: messages.dialect)),
                ], &told)
        }
        tell("response.content_part.added", now.content + [("part", now.part(isEmpty: true))], &told)
    }

    private func slicePassed(_ samples: [Float], _ told: inout [WireMessage]) {
        position += slice
        heard += 1
        // Committed, and its end has not come: it will not.
        if let turn, turn.isCommitted, response == nil, isQuiet { close(at: position, &told) }
        // Something made the assistant yield, and no word came of it.
        if let turn, turn.isAnnounced, turn.pieces.isEmpty, position - turn.start > Self.wordlessMilliseconds {
            close(at: position, &told)
        }
        // The encoder runs all the time: it has a memory.
        let audio = try? output?.encode(samples)
        guard let now = response else { return }
        if now.hasItem, !now.isText, now.ending == nil || samples.contains(where: { $0 != 0 }),
            now.ending?.status != .cancelled
        {
            for bytes in audio ?? [] { told.append(messages.audio(bytes, response: now.id, item: now.itemID)) }
            response!.slices += 1
        }
        if !now.hasItem, mayAnswer {
            response!.waited += 1
            if now.waited >= patience {
                response!.ending = (.completed, nil)
                isTyped = false
            }
        }
        if let ending = response!.ending { finish(ending.status, reason: ending.reason, into: &told) }
    }

    /// The assistant was broken off.
    private func interrupt(_ told: inout [WireMessage]) {
        guard let response, response.hasItem else { return }
        sounds = false
        // By itself: it is over, as far as it goes.
        guard mayHaveSpoken || turn?.pieces.isEmpty == false else { return self.response!.ending = (.completed, nil) }
        announceTurn(&told)
        caption(&told)
        self.response!.ending = (.cancelled, "turn_detected")
    }

    /// The whole of what ends a response. Nothing is in progress then.
    func finish(_ status: RealtimeResponse.Status, reason: String?, into told: inout [WireMessage]) {
        guard response != nil else { return }
        response!.ending = (status, reason)
        let now = response!, item = now.item(status == .completed ? .completed : .incomplete)
        if now.hasItem {
            let text = JSONText.string(now.transcript)
            if now.isText {
                tell("response.output_text.done", now.content + [("text", text)], &told)
            } else {
                tell("response.output_audio.done", now.content, &told)
                tell("response.output_audio_transcript.done", now.content + [("transcript", text)], &told)
            }
            tell("response.content_part.done", now.content + [("part", now.part(isEmpty: false))], &told)
            if !now.isAside {
                let previous = conversation.previous(of: now.itemID)
                conversation.change(now.itemID) { $0 = item }
                tell(
                    "conversation.item.done",
                    [
                        ("previous_item_id", previous.map { .string($0) } ?? .null),
                        ("item", item.described(in: messages.dialect)),
                    ], &told)
            }
            tell(
                "response.output_item.done",
                [
                    ("response_id", .string(now.id)), ("output_index", .integer(0)),
                    ("item", item.described(in: messages.dialect)),
                ], &told)
        }
        tell("response.done", [("response", now.described(settings, in: messages.dialect))], &told)
        response = nil
    }
}

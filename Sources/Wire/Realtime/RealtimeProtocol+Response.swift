// Responses on the wire: the client's requests, and the server's reports.

internal import Audio
internal import Basics

extension RealtimeProtocol {
    /// Grace period for the model to notice the end of a committed turn.
    private static let listeningMilliseconds = 640
    /// A requested response must begin within this time after everything has been heard and read.
    private static let patienceMilliseconds = 5000

    // MARK: From the client

    func respond(_ event: JSONText) -> [ClientAction] {
        guard !settings.transcribesOnly else {
            return refuse("invalid_value", "A transcription session has no responses.", event, param: "type")
        }
        if let response = responses.current {
            return refuse(
                "conversation_already_has_active_response",
                "Conversation already has an active response in progress: \(response.id). Wait until the response is finished before creating a new one.",
                event)
        }
        let asked = event["response"] ?? .empty
        let speaks = RealtimeSettings.speaks(asked["output_modalities"] ?? asked["modalities"]) ?? settings.speaks
        var new = RealtimeResponse(id: ids.next("resp"), itemID: ids.next("item"), isText: !speaks)
        new.isAside = asked["conversation"]?.text == "none"
        new.metadata = asked["metadata"]?.once ?? .null
        var changes: [RealtimeResponses.Change] = []
        responses.create(new, patience: clock.slices(milliseconds: Self.patienceMilliseconds), into: &changes)
        return replies { report(changes, [], &$0) } + prompt(asked)
    }

    /// What makes the model answer: the text typed since the last response; otherwise what was said; without either, the text
    /// of the client's program.
    private func prompt(_ asked: JSONText) -> [ClientAction] {
        let given = asked["input"]?.list?.filter { $0["role"]?.text == "user" }
        let typed = given?.map { RealtimeItem.text(of: $0) }.joined(separator: " ")
        let text = typed ?? conversation.untold(by: ["user"], most: Self.textMax),
            program = conversation.untold(by: ["system", "developer"], most: Self.textMax)
        conversation.takeUp()
        guard text.isEmpty else { return write(text) }
        guard turns.turn == nil, moment.progress != .behind else {
            responses.listen(slices: clock.slices(milliseconds: Self.listeningMilliseconds))
            return []
        }
        guard turns.unanswered.isEmpty else { return remind() }
        return write(asked["instructions"]?.text ?? program)
    }

    /// A slice is over.
    func advanced() -> [ClientAction] {
        switch responses.listenOn(isHeard: moment.progress != .behind) {
        case .idle: hold()
        case .waits: []
        case .mayAnswer: hold(asked: true)
        case .mustRemind: hold(asked: true) + remind()
        }
    }

    func cancel(_ event: JSONText = .empty) -> [ClientAction] {
        guard let response = responses.current, event["response_id"]?.text ?? response.id == response.id else {
            return refuse("response_cancel_not_active", "Cancellation failed: no active response found", event)
        }
        var changes: [RealtimeResponses.Change] = []
        responses.cancel(into: &changes)
        turns.endEcho()
        return [.interrupt] + replies { report(changes, [], &$0) }
    }

    // MARK: To the client

    /// `audio` is the present slice, encoded.
    func report(_ changes: [RealtimeResponses.Change], _ audio: [[UInt8]] = [], _ out: inout [WireMessage]) {
        for change in changes {
            switch change {
            case .created(let response):
                send("response.created", [("response", response.described(settings, in: messages.dialect))], &out)
            case .begun(let response):
                turns.answered()
                begin(response, &out)
            case .word(let response, let text):
                send(
                    response.isText ? "response.output_text.delta" : "response.output_audio_transcript.delta",
                    response.content + [("delta", .string(text))], &out)
            case .audio(let response, let item):
                for bytes in audio { out.append(messages.audio(bytes, response: response, item: item)) }
            case .finished(let response): finish(response, &out)
            }
        }
    }

    private func begin(_ response: RealtimeResponse, _ out: inout [WireMessage]) {
        let item = response.item(.inProgress)
        output("response.output_item.added", response, item, &out)
        if !response.isAside { announce("conversation.item.added", item, behind: conversation.add(item), &out) }
        send("response.content_part.added", response.content + [("part", response.part(isEmpty: true))], &out)
    }

    /// Sends everything that ends a response, so that nothing is left in progress.
    private func finish(_ response: RealtimeResponse, _ out: inout [WireMessage]) {
        if response.hasItem {
            let item = response.item(response.ending?.status == .completed ? .completed : .incomplete)
            finishContent(response, &out)
            if !response.isAside {
                let previous = conversation.previous(of: response.itemID)
                conversation.change(response.itemID) { $0 = item }
                announce("conversation.item.done", item, behind: previous, &out)
            }
            output("response.output_item.done", response, item, &out)
        }
        send("response.done", [("response", response.described(settings, in: messages.dialect))], &out)
    }

    private func finishContent(_ response: RealtimeResponse, _ out: inout [WireMessage]) {
        let text = JSONText.string(response.transcript)
        if response.isText {
            send("response.output_text.done", response.content + [("text", text)], &out)
        } else {
            send("response.output_audio.done", response.content, &out)
            send("response.output_audio_transcript.done", response.content + [("transcript", text)], &out)
        }
        send("response.content_part.done", response.content + [("part", response.part(isEmpty: false))], &out)
    }

    private func output(_ type: String, _ response: RealtimeResponse, _ item: RealtimeItem, _ out: inout [WireMessage])
    {
        send(
            type,
            [
                ("response_id", .string(response.id)), ("output_index", .integer(0)),
                ("item", item.described(in: messages.dialect)),
            ], &out)
    }

    private func announce(_ type: String, _ item: RealtimeItem, behind previous: String?, _ out: inout [WireMessage]) {
        send(
            type,
            [
                ("previous_item_id", previous.map { .string($0) } ?? .null),
                ("item", item.described(in: messages.dialect)),
            ], &out)
    }
}

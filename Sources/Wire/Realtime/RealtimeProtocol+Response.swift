// Responses on the wire: the client's requests, and the server's reports.

internal import Audio
internal import Basics

extension RealtimeProtocol {
    /// Grace period for the model to notice the end of a committed turn.
    private static let listeningMilliseconds = 640
    /// A requested response must begin within this time after everything has been heard and read.
    private static let patienceMilliseconds = 5000
    /// The same where a mind answers: a little more than it is given for its first word.
    private static let mindPatienceMilliseconds = 20_000

    // MARK: From the client

    func respond(_ event: JSONText) -> [ClientAction] {
        guard !settings.transcribesOnly else {
            return refuse("invalid_value", "A transcription session has no responses.", event, param: "type")
        }
        if let response = responses.current {
            guard !mind.postpone(event) else { return [] }
            return refuse(
                "conversation_already_has_active_response",
                "Conversation already has an active response in progress: \(response.id). Wait until the response is finished before creating a new one.",
                event)
        }
        let asked = event["response"] ?? .empty
        var setup = settings.setup
        do { try ToolFields.merge(asked, into: &setup, "response") } catch { return refuse(error, event) }
        let hasResult = mind.asked()
        return replies { create(asked, &$0) } + (setup == settings.setup ? [] : mind.override(setup))
            + prompt(asked, hasResult: hasResult)
    }

    private func create(_ asked: JSONText, _ out: inout [WireMessage]) {
        let speaks = RealtimeSettings.speaks(asked["output_modalities"] ?? asked["modalities"]) ?? settings.speaks
        var new = RealtimeResponse(id: ids.next("resp"), itemID: ids.next("item"), isText: !speaks)
        new.isAside = asked["conversation"]?.text == "none"
        new.metadata = asked["metadata"]?.once ?? .null
        let patience = mind.exists ? Self.mindPatienceMilliseconds : Self.patienceMilliseconds
        var changes: [RealtimeResponses.Change] = []
        responses.create(new, patience: clock.slices(milliseconds: patience), into: &changes)
        report(changes, [], &out)
    }

    /// What makes the model answer: the text typed since the last response; otherwise what was said; without either, the text
    /// of the client's program. A mind knows the last two, and answers also when there is nothing new;
    /// of a tool's result it can speak before all audio was heard.
    private func prompt(_ asked: JSONText, hasResult: Bool) -> [ClientAction] {
        let given = asked["input"]?.list?.filter { $0["role"]?.text == "user" }
        let typed = given?.map { RealtimeItem.text(of: $0) }.joined(separator: " ")
        let text = typed ?? conversation.untold(by: ["user"], most: Self.textMax),
            program = conversation.untold(by: ["system", "developer"], most: Self.textMax)
        conversation.takeUp()
        guard text.isEmpty else { return write(text) }
        guard turns.turn == nil, hasResult || moment.progress != .behind else {
            responses.listen(slices: clock.slices(milliseconds: Self.listeningMilliseconds))
            return []
        }
        guard turns.unanswered.isEmpty else { return remind() }
        return write(mind.exists ? "" : asked["instructions"]?.text ?? program)
    }

    /// A slice is over.
    func advanced() -> [ClientAction] {
        let due = attend()
        return switch responses.listenOn(isHeard: moment.progress != .behind) {
        case .idle: due + hold()
        case .waits: due
        case .mayAnswer: due + hold(asked: true)
        case .mustRemind: due + hold(asked: true) + remind()
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
            case .audio(let response, let item, let place):
                for bytes in audio { out.append(messages.audio(bytes, response: response, item: item, place: place)) }
            case .called(let response, let item, let place): call(response, item, place: place, &out)
            case .finished(let response): finish(response, &out)
            }
        }
    }

    private func begin(_ response: RealtimeResponse, _ out: inout [WireMessage]) {
        let item = response.item(.inProgress)
        output("response.output_item.added", response, item, place: response.place, &out)
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
            output("response.output_item.done", response, item, place: response.place, &out)
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

    func output(
        _ type: String, _ response: RealtimeResponse, _ item: RealtimeItem, place: Int, _ out: inout [WireMessage]
    ) {
        send(
            type,
            [
                ("response_id", .string(response.id)), ("output_index", .integer(Int64(place))),
                ("item", item.described(in: messages.dialect)),
            ], &out)
    }

    func announce(_ type: String, _ item: RealtimeItem, behind previous: String?, _ out: inout [WireMessage]) {
        send(
            type,
            [
                ("previous_item_id", previous.map { .string($0) } ?? .null),
                ("item", item.described(in: messages.dialect)),
            ], &out)
    }
}

// The responses of a Realtime session, as a state machine. Events come in; what the client is to be told goes out.
//
//          response.create            a word, or the voice
//    idle ─────────────────▶ awaited ─────────────────────▶ answering ─── the last word ───▶ said
//     ▲ ├─ a word or the voice, of the model's own accord ──────▲ │                           │
//     │ └─ a tool is called ──▶ calling ── a word or the voice ──┘ │                           │
//     │                        │                                  │ broken off,               │
//     │                        │ patience is over                 │ or silent and said        │ silent
//     └──────── finished ◀─────┴─────────── the slice is over ─ ending ◀──────────────────────┘
//
// One response at a time: what was created is finished once, and only then the next is created.

struct RealtimeResponses {
    /// What to tell the client, in this order.
    enum Change {
        case created(RealtimeResponse)
        /// It has something to say: its message now exists.
        case begun(RealtimeResponse)
        case word(RealtimeResponse, String)
        /// The present slice is its audio. `place` is the message's among the items.
        case audio(response: String, item: String, place: Int)
        /// It calls a tool: an item of its own.
        case called(RealtimeResponse, RealtimeItem, place: Int)
        case finished(RealtimeResponse)
    }

    /// State of the user's turn that a response waits for.
    enum Waiting {
        /// There is no response.
        case idle
        /// Nothing has changed.
        case waits
        /// The model may answer.
        case mayAnswer
        /// The model has not answered: it is to be told once more what it heard.
        case mustRemind
    }

    /// The present response. It is changed in place, so that its pieces, one per word, are not copied.
    private(set) var current: RealtimeResponse?
    /// Slices heard since the last response was created.
    private var inputSlices = 0
    /// Slices left until a response stops waiting for the end of the user's turn.
    private var listening: Int?
    /// Id of the last answer's message.
    private(set) var lastItemID: String?

    var isIdle: Bool { current == nil }

    /// Whether the response has its message: something was said.
    var hasItem: Bool { current?.hasItem == true }

    /// Whether the answer is going on.
    var isAnswering: Bool {
        switch current?.stage {
        case .answering, .said: true
        case nil, .awaited, .calling, .ending: false
        }
    }

    var sounds: Bool {
        switch current?.stage {
        case .answering(let sounds): sounds
        case .said: true
        case nil, .awaited, .calling, .ending: false
        }
    }

    // MARK: From the client

    /// The client requests a response; ignored while one is under way. It must begin within `patience` slices, counted while
    /// nothing is left to be heard or read.
    mutating func create(_ new: RealtimeResponse, patience: Int, into changes: inout [Change]) {
        guard isIdle else { return }
        create(new, into: &changes)
        current!.stage = .awaited(patience: patience)
    }

    /// The model has more to read: extends the patience.
    mutating func wait(slices: Int) {
        if case .awaited(let patience) = current?.stage { current!.stage = .awaited(patience: patience + slices) }
    }

    /// The user's turn is not over: gives the model this many slices to hear its end.
    mutating func listen(slices: Int) { listening = slices }

    /// A slice is over. `isHeard`: no audio waits to be heard.
    mutating func listenOn(isHeard: Bool) -> Waiting {
        guard !isIdle else {
            listening = nil
            return .idle
        }
        guard let left = listening, isHeard else { return .waits }
        listening = hasItem || left == 0 ? nil : left - 1
        return !hasItem && left == 0 ? .mustRemind : .mayAnswer
    }

    mutating func cancel(into changes: inout [Change]) {
        end(.cancelled, reason: "client_cancelled")
        finish(into: &changes)
    }

    /// The client did not play it beyond here, in milliseconds of its audio.
    mutating func cut(at milliseconds: Int64) { current?.cut = milliseconds }

    // MARK: From the engine

    /// The mind calls a tool. `isText`: unrequested answers are text only.
    mutating func call(_ item: RealtimeItem, isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        if current?.ending != nil { finish(into: &changes) }
        createIfIdle(isText: isText, &ids, into: &changes)
        current!.call(item)
        changes.append(.called(current!, item, place: current!.calls.last!.place))
    }

    /// There is no answer to what the user said. A phrase may follow within `patience` slices.
    mutating func fail(
        _ reason: String, patience: Int, isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]
    ) {
        if current?.ending != nil { finish(into: &changes) }
        createIfIdle(isText: isText, &ids, into: &changes)
        current!.failure = reason
        if case .awaited = current!.stage { current!.stage = .awaited(patience: patience) }
    }

    /// There will be no answer.
    mutating func decline() {
        if case .awaited = current?.stage { end(.completed) }
    }

    /// The assistant says a word. `slice` is in milliseconds; `isText`: unrequested answers are text only.
    mutating func word(
        _ text: String, slice: Int64, isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]
    ) {
        if case .answering = current?.stage {} else { begin(sounds: sounds, isText: isText, &ids, into: &changes) }
        current!.pieces.append((text, Int64(current!.slices) * slice))
        changes.append(.word(current!, text))
    }

    /// The answer begins to sound.
    mutating func speak(isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        switch current?.stage {
        case .answering: current!.stage = .answering(sounds: true)
        case .said: break
        case nil, .awaited, .calling, .ending: begin(sounds: true, isText: isText, &ids, into: &changes)
        }
    }

    /// The answer falls silent.
    mutating func fallSilent() {
        switch current?.stage {
        case .answering: current!.stage = .answering(sounds: false)
        case .said: end(.completed)
        case nil, .awaited, .calling, .ending: break
        }
    }

    /// All words of the answer are out.
    mutating func say() {
        guard case .answering(let sounds) = current?.stage else { return }
        current!.stage = .said
        if !sounds { end(.completed) }
    }

    /// The answer stopped early, because of the user or by itself. In the latter case it counts as completed.
    mutating func breakOff(byUser: Bool) {
        guard isAnswering else { return }
        end(byUser ? .cancelled : .completed, reason: byUser ? "turn_detected" : nil)
    }

    /// A slice is over. Returns whether it was the last in which a response might have begun.
    mutating func slice(isSilent: Bool, isHeard: Bool, into changes: inout [Change]) -> Bool {
        inputSlices += 1
        switch current?.stage {
        case nil: break
        case .awaited(let patience):
            guard isHeard, listening == nil else { break }
            current!.stage = .awaited(patience: patience - 1)
            guard patience <= 0 else { break }
            end(.completed)
            finish(into: &changes)
            return true
        case .calling:
            end(.completed)
            finish(into: &changes)
        case .answering, .said: play(into: &changes)
        case .ending(let status, _):
            if !isSilent, status != .cancelled { play(into: &changes) }
            finish(into: &changes)
        }
        return false
    }

    // MARK: Steps

    /// An answer begins: the requested one, or one that the model gives unasked.
    private mutating func begin(
        sounds: Bool, isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]
    ) {
        if hasItem {
            if isAnswering { end(.completed) }
            finish(into: &changes)
        }
        createIfIdle(isText: isText, &ids, into: &changes)
        current!.begin(sounds: sounds)
        lastItemID = current!.itemID
        changes.append(.begun(current!))
    }

    private mutating func createIfIdle(isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        guard isIdle else { return }
        create(RealtimeResponse(id: ids.next("resp"), itemID: ids.next("item"), isText: isText), into: &changes)
    }

    /// Creates a response that counts what was heard since the previous one.
    private mutating func create(_ new: RealtimeResponse, into changes: inout [Change]) {
        current = new
        current!.inputSlices = inputSlices
        inputSlices = 0
        changes.append(.created(current!))
    }

    private mutating func play(into changes: inout [Change]) {
        guard let current, !current.isText else { return }
        self.current!.slices += 1
        changes.append(.audio(response: current.id, item: current.itemID, place: current.place))
    }

    private mutating func end(_ status: RealtimeResponse.Status, reason: String? = nil) {
        let isFailed = status == .completed && current?.failure != nil
        current?.stage = .ending(isFailed ? .failed : status, reason: reason)
    }

    private mutating func finish(into changes: inout [Change]) {
        guard let current, current.ending != nil else { return }
        self.current = nil
        changes.append(.finished(current))
    }
}

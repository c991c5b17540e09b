// The responses of a Realtime session, as a state machine. Events come in; what the client is to be told goes out.
//
//          response.create            a word, or the voice
//    idle ─────────────────▶ awaited ─────────────────────▶ answering ─── the last word ───▶ said
//     ▲ └─ a word or the voice, of the model's own accord ──────▲ │                           │
//     │                        │                                  │ broken off,               │
//     │                        │ patience is over                 │ or silent and said        │ silent
//     └──────── finished ◀─────┴─────────── the slice is over ─ ending ◀──────────────────────┘
//
// One response at a time: what was created is finished once, and only then the next is created.

struct RealtimeResponses {
    /// What the client is to be told, in this order.
    enum Change {
        case created(RealtimeResponse)
        /// It has something to say: its message is there.
        case begun(RealtimeResponse)
        case word(RealtimeResponse, String)
        /// The slice at hand is its audio.
        case audio(response: String, item: String)
        case finished(RealtimeResponse)
    }

    /// What has become of the user's turn whose end a response waits for.
    enum Waiting {
        /// There is no response.
        case idle
        /// Nothing has changed.
        case waits
        /// The model may answer.
        case mayAnswer
        /// It does not: it is to be told once more what it heard.
        case mustRemind
    }

    /// The response that is under way. It is changed in place: its pieces are as many as its words.
    private(set) var current: RealtimeResponse?
    /// Slices heard since the last response was created.
    private var inputSlices = 0
    /// Slices left until a response that waits for the end of the user's turn does without.
    private var listening: Int?
    /// Of the last answer's message.
    private(set) var lastItemID: String?

    var isIdle: Bool { current == nil }

    /// Whether the response has its message: something was said.
    var hasItem: Bool { current?.hasItem == true }

    /// Whether it goes on.
    var isAnswering: Bool {
        switch current?.stage {
        case .answering, .said: true
        case nil, .awaited, .ending: false
        }
    }

    var sounds: Bool {
        switch current?.stage {
        case .answering(let sounds): sounds
        case .said: true
        case nil, .awaited, .ending: false
        }
    }

    // MARK: From the client

    /// A response is asked for; nothing where one is under way. It must begin within so many slices in which nothing was left to be
    /// heard or read.
    mutating func create(_ new: RealtimeResponse, patience: Int, into changes: inout [Change]) {
        guard isIdle else { return }
        create(new, into: &changes)
        current!.stage = .awaited(patience: patience)
    }

    /// The model has so many slices more to read.
    mutating func wait(slices: Int) {
        if case .awaited(let patience) = current?.stage { current!.stage = .awaited(patience: patience + slices) }
    }

    /// The user's turn is not over: the model may hear its end for so many slices.
    mutating func listen(slices: Int) { listening = slices }

    /// A slice is over. `isHeard`: nothing waits to be heard.
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

    /// The client did not hear it beyond here, in milliseconds of its audio.
    mutating func cut(at milliseconds: Int64) { current?.cut = milliseconds }

    // MARK: From the engine

    /// The assistant says a word. `slice` in milliseconds; `isText`: answers that nobody asked for are text alone.
    mutating func word(
        _ text: String, slice: Int64, isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]
    ) {
        if case .answering = current?.stage {} else { begin(sounds: sounds, isText: isText, &ids, into: &changes) }
        current!.pieces.append((text, Int64(current!.slices) * slice))
        changes.append(.word(current!, text))
    }

    /// It begins to sound.
    mutating func speak(isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        switch current?.stage {
        case .answering: current!.stage = .answering(sounds: true)
        case .said: break
        case nil, .awaited, .ending: begin(sounds: true, isText: isText, &ids, into: &changes)
        }
    }

    /// It falls silent.
    mutating func fallSilent() {
        switch current?.stage {
        case .answering: current!.stage = .answering(sounds: false)
        case .said: end(.completed)
        case nil, .awaited, .ending: break
        }
    }

    /// All its words are out.
    mutating func say() {
        guard case .answering(let sounds) = current?.stage else { return }
        current!.stage = .said
        if !sounds { end(.completed) }
    }

    /// It was broken off, by the user or by itself. By itself it is over, as far as it goes.
    mutating func breakOff(byUser: Bool) {
        guard isAnswering else { return }
        end(byUser ? .cancelled : .completed, reason: byUser ? "turn_detected" : nil)
    }

    /// A slice is over. Returns whether it was the last one in which a response might have begun.
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
        case .answering, .said: play(into: &changes)
        case .ending(let status, _):
            if !isSilent, status == .completed { play(into: &changes) }
            finish(into: &changes)
        }
        return false
    }

    // MARK: Steps

    /// An answer begins: the one that was asked for, or one of the model's own accord.
    private mutating func begin(
        sounds: Bool, isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]
    ) {
        if hasItem {
            if isAnswering { end(.completed) }
            finish(into: &changes)
        }
        if isIdle {
            create(RealtimeResponse(id: ids.next("resp"), itemID: ids.next("item"), isText: isText), into: &changes)
        }
        (current!.hasItem, current!.stage) = (true, .answering(sounds: sounds))
        lastItemID = current!.itemID
        changes.append(.begun(current!))
    }

    /// With what was heard since the response before.
    private mutating func create(_ new: RealtimeResponse, into changes: inout [Change]) {
        current = new
        current!.inputSlices = inputSlices
        inputSlices = 0
        changes.append(.created(current!))
    }

    private mutating func play(into changes: inout [Change]) {
        guard let current, !current.isText else { return }
        self.current!.slices += 1
        changes.append(.audio(response: current.id, item: current.itemID))
    }

    private mutating func end(_ status: RealtimeResponse.Status, reason: String? = nil) {
        current?.stage = .ending(status, reason: reason)
    }

    private mutating func finish(into changes: inout [Change]) {
        guard let current, current.ending != nil else { return }
        self.current = nil
        changes.append(.finished(current))
    }
}

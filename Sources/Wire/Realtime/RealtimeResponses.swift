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

    private enum State {
        case idle
        /// The client asked for it; nothing has been said. So many slices are left for it to begin.
        case awaited(RealtimeResponse, patience: Int)
        case answering(RealtimeResponse, sounds: Bool)
        /// All its words are out, and it still sounds.
        case said(RealtimeResponse)
        /// It is over when the slice at hand is.
        case ending(RealtimeResponse)
    }

    private var state = State.idle
    /// Slices heard since the last response was created.
    private var heard = 0
    /// Slices left until a response that waits for the end of the user's turn does without.
    private var listening: Int?
    /// Of the last answer's message.
    private(set) var lastItemID: String?

    var current: RealtimeResponse? {
        switch state {
        case .idle: nil
        case .awaited(let response, _), .answering(let response, _), .said(let response), .ending(let response):
            response
        }
    }

    var isIdle: Bool { if case .idle = state { true } else { false } }

    /// Whether the response has its message: something was said.
    var hasItem: Bool { current?.hasItem == true }

    /// Whether it goes on.
    var isAnswering: Bool {
        switch state {
        case .answering, .said: true
        case .idle, .awaited, .ending: false
        }
    }

    var sounds: Bool {
        switch state {
        case .answering(_, let sounds): sounds
        case .said: true
        case .idle, .awaited, .ending: false
        }
    }

    // MARK: From the client

    /// A response is asked for; nothing where one is under way. It must begin within so many slices in which nothing was left to be
    /// heard or read.
    mutating func create(_ new: RealtimeResponse, patience: Int, into changes: inout [Change]) {
        guard isIdle else { return }
        state = .awaited(count(new), patience: patience)
        changes.append(.created(current!))
    }

    /// The model has so many slices more to read.
    mutating func wait(slices: Int) {
        if case .awaited(let response, let patience) = state { state = .awaited(response, patience: patience + slices) }
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
    mutating func cut(at milliseconds: Int64) { change { $0.cut = milliseconds } }

    // MARK: From the engine

    /// The assistant says a word. `slice` in milliseconds; `isText`: answers that nobody asked for are text alone.
    mutating func word(
        _ text: String, slice: Int64, isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]
    ) {
        if case .answering = state {} else { begin(sounds: sounds, isText: isText, &ids, into: &changes) }
        change { $0.pieces.append((text, Int64($0.slices) * slice)) }
        changes.append(.word(current!, text))
    }

    /// It begins to sound.
    mutating func speak(isText: Bool, _ ids: inout RealtimeIDs, into changes: inout [Change]) {
        switch state {
        case .answering(let response, _): state = .answering(response, sounds: true)
        case .said: break
        case .idle, .awaited, .ending: begin(sounds: true, isText: isText, &ids, into: &changes)
        }
    }

    /// It falls silent.
    mutating func fallSilent() {
        switch state {
        case .answering(let response, _): state = .answering(response, sounds: false)
        case .said: end(.completed)
        case .idle, .awaited, .ending: break
        }
    }

    /// All its words are out.
    mutating func say() {
        guard case .answering(let response, let sounds) = state else { return }
        state = .said(response)
        if !sounds { end(.completed) }
    }

    /// It was broken off, by the user or by itself. By itself it is over, as far as it goes.
    mutating func breakOff(byUser: Bool) {
        guard isAnswering else { return }
        end(byUser ? .cancelled : .completed, reason: byUser ? "turn_detected" : nil)
    }

    /// A slice is over. Returns whether it was the last one in which a response might have begun.
    mutating func slice(isSilent: Bool, isHeard: Bool, into changes: inout [Change]) -> Bool {
        heard += 1
        switch state {
        case .idle: break
        case .awaited(let response, let patience):
            guard isHeard, listening == nil else { break }
            state = .awaited(response, patience: patience - 1)
            guard patience <= 0 else { break }
            end(.completed)
            finish(into: &changes)
            return true
        case .answering, .said: play(into: &changes)
        case .ending(let response):
            if !isSilent, response.ending?.status == .completed { play(into: &changes) }
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
        var response = current
        if response == nil {
            response = count(RealtimeResponse(id: ids.next("resp"), itemID: ids.next("item"), isText: isText))
            changes.append(.created(response!))
        }
        response!.hasItem = true
        lastItemID = response!.itemID
        state = .answering(response!, sounds: sounds)
        changes.append(.begun(response!))
    }

    /// With what was heard since the response before.
    private mutating func count(_ new: RealtimeResponse) -> RealtimeResponse {
        defer { heard = 0 }
        var new = new
        new.heard = heard
        return new
    }

    private mutating func play(into changes: inout [Change]) {
        guard let current, !current.isText else { return }
        change { $0.slices += 1 }
        changes.append(.audio(response: current.id, item: current.itemID))
    }

    private mutating func end(_ status: RealtimeResponse.Status, reason: String? = nil) {
        guard var response = current else { return }
        response.ending = (status, reason)
        state = .ending(response)
    }

    private mutating func finish(into changes: inout [Change]) {
        guard case .ending(let response) = state else { return }
        state = .idle
        changes.append(.finished(response))
    }

    private mutating func change(_ body: (inout RealtimeResponse) -> Void) {
        guard var response = current else { return }
        body(&response)
        switch state {
        case .idle: break
        case .awaited(_, let patience): state = .awaited(response, patience: patience)
        case .answering(_, let sounds): state = .answering(response, sounds: sounds)
        case .said: state = .said(response)
        case .ending: state = .ending(response)
        }
    }
}

// Clients' input on its way to the engine: audio that comes too fast waits, and events wait for a client that does not read.

internal import Basics
internal import Dialogue
internal import Wire

extension Switchboard {
    // MARK: Audio

    /// Binary audio. Beyond the client's allowance it is dropped undecoded, because decoding takes time from other sessions.
    func receive(_ bytes: [UInt8], _ place: Int, at now: Instant) {
        let caller = callers[place]!
        emit(.read(caller.link, bytes: bytes.count))
        guard caller.audio.isLeft(at: now), caller.work.isLeft(at: now) else {
            caller.wire.dropped(.binary(bytes))
            return emit(.count(.inputDroppedMessages, 1))
        }
        let action = caller.wire.received(binary: bytes)
        callers[place]!.charge(action?.sampleCount(clock) ?? 0, at: now)
        if let action { perform(CollectionOfOne(action), place, at: now) }
    }

    /// Passes on decoded audio. What comes too fast is queued; what does not fit the queue is dropped.
    func pass(_ samples: [Float], _ place: Int, at now: Instant) {
        if !samples.isEmpty { callers[place]!.hasMicrophone = true }
        let (ahead, room) = engine.input(of: callers[place]!.slot)
        let step = callers[place]!.backlog.append(samples, ahead: ahead, room: room)
        feed(step.released, place, at: now)
        guard step.dropped > 0 else { return }
        emit(.count(.inputDroppedSeconds, clock.seconds(samples: step.dropped)))
        notify(place, [Narration.overrun(samples: step.dropped, clock)])
    }

    /// A slice is over: the engine has room for queued audio.
    func advanceInput(_ place: Int, at now: Instant) {
        let ahead = engine.input(of: callers[place]!.slot).ahead
        let released = callers[place]!.backlog.advance(ahead: ahead)
        if !released.isEmpty { feed(released, place, at: now) }
    }

    func forget(_ place: Int) {
        callers[place]!.backlog.clear()
        callers[place]!.wire.passedOn([], waiting: 0)
    }

    private func feed(_ samples: [Float], _ place: Int, at now: Instant) {
        if samples.contains(where: { abs($0) > Caller.loudness }) { callers[place]!.lastLoudInput = now }
        if !samples.isEmpty { engine.deliver(.audio(callers[place]!.slot, samples), at: now) }
        callers[place]!.wire.passedOn(samples, waiting: callers[place]!.backlog.count)
    }

    // MARK: Events

    /// A text message: an event, or audio in protocols that carry it as text. Beyond the client's allowance it is not read:
    /// audio is dropped, and for an event the protocol decides what happens.
    func read(_ text: String, _ place: Int, at now: Instant) {
        let caller = callers[place]!
        emit(.read(caller.link, bytes: text.utf8.count))
        let mayWork = caller.work.isLeft(at: now), mayBeHeard = mayWork && caller.audio.isLeft(at: now),
            mayTell = mayWork && caller.events.isLeft(at: now)
        if !mayBeHeard || !mayTell {
            let isAudio = caller.wire.isAudio(text: text)
            if isAudio, !mayBeHeard { return drop(text, place, at: now) }
            if !isAudio, !mayTell { return refuse(text, place, at: now) }
        }
        let requested = caller.wire.received(text: text), samples = requested.reduce(0) { $0 + $1.sampleCount(clock) }
        if samples > 0 { callers[place]!.charge(samples, at: now) }
        if !mayBeHeard || requested.isEmpty || !requested.allSatisfy(\.isAudio) {
            callers[place]!.events.spend(1 + Double(text.utf8.count / Caller.eventBytes), at: now)
        }
        perform(requested, place, at: now)
    }

    /// Drops an audio message from a client that has sent too much.
    private func drop(_ text: String, _ place: Int, at now: Instant) {
        callers[place]!.audio.spend(Caller.messageSecondsMin, at: now)
        callers[place]!.wire.dropped(.text(text))
        emit(.count(.inputDroppedMessages, 1))
    }

    /// Refuses an event from a client that has sent too many. A short one gets a reply; a long one, costly to read, ends the
    /// session.
    private func refuse(_ text: String, _ place: Int, at now: Instant) {
        let wire = callers[place]!.wire, isLong = text.utf8.count > Caller.eventBytes
        perform(CollectionOfOne(isLong ? .fail(wire.flooded()) : wire.refused()), place, at: now)
    }

    /// Whether an event must wait. A client that needs every event is read more slowly before any is refused.
    func postpones(_ text: String, _ place: Int, at now: Instant) -> Bool {
        let caller = callers[place]!
        guard caller.needsEveryEvent, caller.mustWait(at: now) || !caller.postponed.isEmpty else { return false }
        callers[place]!.postponed.append(text)
        return true
    }

    /// Takes postponed events until one must wait again.
    func takePostponed(_ place: Int, at now: Instant) {
        guard isLive(place), !callers[place]!.postponed.isEmpty else { return }
        let waiting = callers[place]!.postponed
        callers[place]!.postponed = []
        var taken = 0
        while taken < waiting.count, isLive(place), !callers[place]!.mustWait(at: now) {
            let before = meter()
            read(waiting[taken], place, at: now)
            callers[place]!.work.spend(meter() - before, at: now)
            taken += 1
        }
        if isLive(place) { callers[place]!.postponed = Array(waiting[taken...]) }
    }
}

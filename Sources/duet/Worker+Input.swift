// What clients send, on its way to the engine: audio that comes too fast waits, events wait for a client that does not read.

internal import Basics
internal import Dialogue
internal import Wire

extension Worker {
    /// Audio that came. What comes too fast waits, and what finds no room is lost.
    func pass(_ samples: [Float], _ id: Int, at now: Instant) {
        let (ahead, room) = engine.input(of: clients[id]!.slot)
        let step = clients[id]!.backlog.hear(
            samples, ahead: ahead, room: room, slice: engine.plan.samplesPerSlice)
        feed(step.heard, id, at: now)
        guard step.dropped > 0 else { return }
        metrics.add("duet_audio_in_dropped_seconds_total", Double(step.dropped) / Double(SampleTime.rate))
        tell(id, [Narration.overrun(samples: step.dropped)])
    }

    /// A slice is over: there is room for what waits.
    func advanceInput(_ id: Int, at now: Instant) {
        guard let client = clients[id] else { return }
        let heard = clients[id]!.backlog.advance(
            ahead: engine.input(of: client.slot).ahead, slice: engine.plan.samplesPerSlice)
        if !heard.isEmpty { feed(heard, id, at: now) }
    }

    func forget(_ id: Int) {
        clients[id]!.backlog.clear()
        clients[id]!.wire.passedOn([], waiting: 0)
    }

    private func feed(_ samples: [Float], _ id: Int, at now: Instant) {
        if samples.contains(where: { abs($0) > Conversation.loudness }) { clients[id]!.loud = now }
        if !samples.isEmpty { engine.deliver(.audio(clients[id]!.slot, samples), at: now) }
        clients[id]!.wire.passedOn(samples, waiting: clients[id]!.backlog.count)
    }

    /// A message with audio when the client has sent too much.
    func drop(_ text: String, _ id: Int, at now: Instant) {
        clients[id]!.audio.spend(Conversation.messageSecondsMin, at: now)
        clients[id]!.wire.dropped(.text(text))
        metrics.add("duet_audio_in_dropped_messages_total")
    }

    // MARK: Events

    /// An event when the client has sent too many. An answer to each of many short events costs little; long ones cost their reading.
    func refuse(_ text: String, _ id: Int, at now: Instant) {
        let wire = clients[id]!.wire, isLong = text.utf8.count > Conversation.eventBytes
        obey(CollectionOfOne(isLong ? .fail(wire.flooded()) : wire.refused()), id, at: now)
    }

    /// Whether an event must wait. A client that cannot go on without an event is read more slowly before one is refused.
    func postpones(_ text: String, _ id: Int, at now: Instant) -> Bool {
        guard let client = clients[id], client.losesNothing, client.mustWait(at: now) || !client.postponed.isEmpty
        else { return false }
        clients[id]!.postponed.append(text)
        return true
    }

    /// Takes events that waited, as long as they need not.
    func takePostponed(_ id: Int, at now: Instant) {
        guard let waiting = clients[id]?.postponed, !waiting.isEmpty else { return }
        clients[id]!.postponed = []
        var taken = 0
        while taken < waiting.count, let client = clients[id], !client.mustWait(at: now) {
            let worked = ThreadClock.now()
            read(waiting[taken], id, at: now)
            clients[id]?.work.spend(ThreadClock.now() - worked, at: now)
            taken += 1
        }
        clients[id]?.postponed = Array(waiting[taken...])
    }
}

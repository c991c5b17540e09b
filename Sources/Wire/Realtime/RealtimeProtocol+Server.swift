// Reports the engine's events in the order that clients expect (OpenAI Realtime guide, "Realtime conversations"). The state
// machines of the turn and the response decide what they mean.
//
//  user's first word ─▶ speech_started … END ─▶ speech_stopped, committed, item ─▶ response.created … audio … response.done

internal import Audio
internal import Basics

extension RealtimeProtocol {
    func encode(_ event: ServerEvent, into out: inout [WireMessage]) {
        switch event {
        case .started(let id, let model):
            started(id: id, model: model)
            send("session.created", [("session", session)], &out)
        case .audio(let samples): slicePassed(samples, &out)
        case .userText, .userGuess, .userDone: user(event, &out)
        case .assistantText, .assistantDone, .speaking, .listening: assistant(event, &out)
        case .interrupted: interrupt(&out)
        case .call(let call, _): called(call, &out)
        case .info(ServerEvent.noAnswer, _, _): responses.decline()
        case .info(ServerEvent.mindFailed, let reason, _): failed(reason, &out)
        // The session's time went on during the overload.
        case .info(ServerEvent.overload, _, let milliseconds): clock.skip(milliseconds: milliseconds)
        case .closed("expired", _):
            out.append(messages.error("session_expired", "Your session hit the maximum duration."))
        case .closed(let reason, _) where isDuplex: send("session.closed", [("reason", .string(reason))], &out)
        case .info, .clock, .goingAway, .closed, .latency: break
        }
    }

    private func user(_ event: ServerEvent, _ out: inout [WireMessage]) {
        var changes: [RealtimeTurns.Change] = []
        switch event {
        case .userText(let text, let start, _):
            // While the assistant speaks, a word is reported only if it yields: clients stop playing at `speech_started`.
            turns.word(text, at: start, isTold: !responses.hasItem, moment, &ids, into: &changes)
        case .userGuess(let text, let at):
            turns.guessed(text, at: at, isTold: !responses.hasItem, moment, &ids, into: &changes)
        case .userDone(_, _, let end): turns.end(at: end, moment, into: &changes)
        default: break
        }
        report(changes, &out)
    }

    private func assistant(_ event: ServerEvent, _ out: inout [WireMessage]) {
        var changes: [RealtimeResponses.Change] = []
        switch event {
        case .assistantText(let text, _, _):
            responses.word(text, slice: clock.slice, isText: !settings.speaks, &ids, into: &changes)
        case .assistantDone(_, interrupted: false, _, _): responses.say()
        case .speaking: responses.speak(isText: !settings.speaks, &ids, into: &changes)
        case .listening: responses.fallSilent()
        default: break
        }
        report(changes, [], &out)
        decided(event, &out)
    }

    /// vLLM-Omni's clients are told of every change.
    private func decided(_ event: ServerEvent, _ out: inout [WireMessage]) {
        guard isDuplex, let response = responses.current else { return }
        let fields = [("response_id", JSONText.string(response.id)), ("item_id", .string(response.itemID))]
        switch event {
        case .speaking: send("response.speak", fields, &out)
        case .listening: send("response.listen", fields, &out)
        default: break
        }
    }

    private func slicePassed(_ samples: [Float], _ out: inout [WireMessage]) {
        clock.pass()
        let moment = moment
        var closed: [RealtimeTurns.Change] = []
        turns.slice(isIdle: responses.isIdle, moment, into: &closed)
        report(closed, &out)
        // The encoder runs all the time, because it has state.
        do { try output?.encode(samples) { audio.append($0) } } catch { audio.removeAll() }
        let isSilent = !samples.contains { $0 != 0 }
        if responses.slice(isSilent: isSilent, isHeard: moment.progress != .behind, into: &changes) { turns.endEcho() }
        report(changes, audio, &out)
        changes.removeAll(keepingCapacity: true)
        audio.removeAll(keepingCapacity: true)
    }

    /// The assistant stopped early: because of the user, or by itself.
    private func interrupt(_ out: inout [WireMessage]) {
        guard responses.isAnswering else { return }
        let isUsers =
            microphone.mayHaveSpoken(at: clock.position) || turns.turn.map { !$0.pieces.isEmpty } ?? false
        if isUsers {
            var changes: [RealtimeTurns.Change] = []
            turns.yielded(moment, &ids, into: &changes)
            report(changes, &out)
        }
        responses.breakOff(byUser: isUsers)
    }
}

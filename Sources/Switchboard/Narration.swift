// Translates what the engine does in a session into protocol events.

internal import Basics
internal import Dialogue
internal import Wire

extension TurnLatency {
    fileprivate init(_ times: TurnTimes, sliceMilliseconds slice: Int64) {
        func milliseconds(_ slices: Int) -> Int64 { Int64(slices) * slice }
        self.init(
            decided: milliseconds(times.decided), recognised: milliseconds(times.recognised),
            answered: milliseconds(times.answered), heard: milliseconds(times.heard))
    }
}

/// Collects the pieces of both transcripts.
struct Narration {
    private struct Text {
        var text = ""
        var start: Int64 = 0

        mutating func append(_ piece: String, at position: Int64) {
            if text.isEmpty { start = position }
            text += piece
        }

        mutating func take() -> (String, Int64) {
            defer { text = "" }
            return (text.trimmingPrefix(" ").description, start)
        }
    }

    /// Transcripts of the user's and the assistant's turn so far.
    private var userTurn = Text()
    private var assistantTurn = Text()

    /// Audio came faster than it was heard, and did not fit the backlog.
    static func overrun(samples: Int, _ clock: SliceClock) -> ServerEvent {
        .info(
            code: "input_overrun", message: "Audio came faster than it was heard; what had no room was dropped.",
            milliseconds: clock.milliseconds(samples: samples))
    }

    /// The events that tell the client of `action`.
    mutating func events(for action: EngineAction, model: any Model) -> [ServerEvent] {
        let clock = model.plan.sliceClock, slice = Int64(clock.sliceMilliseconds)
        func time(_ position: SampleTime) -> Int64 { clock.milliseconds(at: position) }
        switch action {
        case .audio(_, let pcm, _, _): return [.audio(pcm)]
        case .userText(_, let piece, let at):
            userTurn.append(piece, at: time(at))
            return [.userText(piece, start: time(at), end: time(at) + slice)]
        case .userEnd(_, let at):
            let (text, start) = userTurn.take()
            return [.userDone(text, start: start, end: time(at))]
        case .assistantText(_, let piece, let at):
            assistantTurn.append(piece, at: time(at))
            return [.assistantText(piece, start: time(at), end: time(at) + slice)]
        case .assistantEnd(_, let at):
            let (text, start) = assistantTurn.take()
            return [.assistantDone(text, interrupted: false, start: start, end: time(at))]
        case .interrupted(_, let at):
            let (text, start) = assistantTurn.take()
            return [
                .interrupted(at: time(at)),
                .assistantDone(text, interrupted: true, start: start, end: time(at)),
            ]
        case .turnTimes(_, let times, let at):
            return [.latency(TurnLatency(times, sliceMilliseconds: slice), at: time(at))]
        case .speaking(_, let at): return [.speaking(at: time(at))]
        case .listening(_, let at): return [.listening(at: time(at))]
        case .overrun(_, let samples): return [Self.overrun(samples: samples, clock)]
        case .skipped(_, let samples, _, _):
            return [
                .info(
                    code: ServerEvent.overload,
                    message: "The server was too late; so much time was neither heard nor answered.",
                    milliseconds: clock.milliseconds(samples: samples))
            ]
        case .userTyped(_, let text, let at):
            let at = time(at)
            return [.userText(text, start: at, end: at), .userDone(text, start: at, end: at)]
        case .call(_, let call, let at): return [.call(call, at: time(at))]
        case .mindSilent:
            return [.info(code: ServerEvent.noAnswer, message: "There is nothing to say to that.", milliseconds: 0)]
        case .mindFailed(_, let failure):
            return [.info(code: ServerEvent.mindFailed, message: failure.message, milliseconds: 0)]
        case .unknownResult(_, let result):
            let message = "No tool with the call \(result.id.prefix(100)) is running; its result was dropped."
            return [.info(code: ServerEvent.unknownCall, message: message, milliseconds: 0)]
        case .userGuess(_, let words, let at): return [.userGuess(words, at: time(at))]
        case .opened, .missing, .mind, .recognise, .closed: return []
        }
    }
}

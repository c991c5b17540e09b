// The engine's output. The edge carries it out without deciding anything.

public import Basics

/// An action for one session. `at` is the position of the slice in the session's audio.
public enum EngineAction: Hashable, Sendable {
    case opened(Slot)
    /// One slice of the assistant's audio; exact zeros unless `speech`.
    case audio(Slot, pcm: [Float], at: SampleTime, speech: Bool)
    /// A piece of the user's transcript, with the space before it, if any.
    case userText(Slot, String, at: SampleTime)
    /// The words of the user's turn so far, as they are taken to be until more is heard.
    case userGuess(Slot, String, at: SampleTime)
    /// What the user typed, as a turn of its own.
    case userTyped(Slot, String, at: SampleTime)
    /// The user's turn is over.
    case userEnd(Slot, at: SampleTime)
    /// A piece of the assistant's text, with the space before it, if any.
    case assistantText(Slot, String, at: SampleTime)
    /// The answer is complete.
    case assistantEnd(Slot, at: SampleTime)
    case speaking(Slot, at: SampleTime)
    /// The answer to a turn begins to be heard.
    case turnTimes(Slot, TurnTimes, at: SampleTime)
    case listening(Slot, at: SampleTime)
    /// The assistant stopped before its answer was complete.
    case interrupted(Slot, at: SampleTime)
    /// Input was dropped because it came faster than the engine consumed it.
    case overrun(Slot, droppedSamples: Int)
    /// The engine was late: `samples` of the session's time were neither heard nor answered. `droppedSamples` of input had
    /// arrived for them.
    case skipped(Slot, samples: Int, droppedSamples: Int, at: SampleTime)
    /// The words of a turn are wanted; `recognised` brings them. A newer request of the session replaces it. `samples`: the turn so
    /// far, at the plan's rate.
    case recognise(Slot, id: Int, samples: [Float])
    /// A request to the session's mind.
    case mind(Slot, MindRequest)
    /// The mind calls a tool of the client.
    case call(Slot, ToolCall, at: SampleTime)
    /// There is no answer, because the mind has nothing to say.
    case mindSilent(Slot)
    /// There is no answer, because the mind failed.
    case mindFailed(Slot, MindFailure)
    /// A result came for a tool that does not run.
    case unknownResult(Slot, ToolResult)
    /// Silence replaced input that had not arrived.
    case missing(Slot, samples: Int)
    /// The session is over and its slot is free: a session's last action. For a session that is released in the middle of a
    /// step, it comes when the step is over.
    case closed(Slot)

    /// The session that the action is for.
    public var slot: Slot {
        switch self {
        case .opened(let slot), .closed(let slot), .audio(let slot, _, _, _), .userText(let slot, _, _),
            .userGuess(let slot, _, _), .turnTimes(let slot, _, _), .recognise(let slot, _, _),
            .userEnd(let slot, _), .assistantText(let slot, _, _), .assistantEnd(let slot, _), .speaking(let slot, _),
            .listening(let slot, _), .interrupted(let slot, _), .overrun(let slot, _), .missing(let slot, _),
            .skipped(let slot, _, _, _),
            .userTyped(let slot, _, _), .mind(let slot, _), .call(let slot, _, _), .mindFailed(let slot, _),
            .mindSilent(let slot), .unknownResult(let slot, _):
            slot
        }
    }
}

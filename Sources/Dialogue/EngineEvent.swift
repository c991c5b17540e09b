// The engine's input.

public import Basics

/// An event for one session. Events for a session that no longer exists are ignored and counted.
public enum EngineEvent: Hashable, Sendable {
    case open(Slot, seed: UInt64)
    /// Microphone audio at the plan's rate, mono in [-1, 1], any number of samples.
    case audio(Slot, [Float])
    /// The client wants silence now: unplayed speech is dropped and the answer is abandoned.
    case interrupt(Slot)
    /// The user typed this, `text` in writing. Without words it only ends the user's turn; an answer is due either way.
    case tell(Slot, words: [SpokenWord], text: String = "")
    /// The assistant is to say this, as soon as it has nothing else to say.
    case say(Slot, words: [SpokenWord])
    /// While true, the assistant begins to speak only after `tell` or `say`.
    case speakOnlyWhenAsked(Slot, Bool)
    /// The client cannot hear back-channels: there are none in this session.
    case withholdBackChannels(Slot)
    /// How the session's mind is to behave from now on.
    case configure(Slot, MindSetup)
    /// A message that belongs to the conversation's history although it was not spoken here.
    case append(Slot, MindMessage)
    /// A tool's result. With `answers`, the assistant speaks of it as soon as nobody else does.
    case result(Slot, ToolResult, answers: Bool)
    /// From the session's mind.
    case mind(Slot, MindEvent)
    /// The words that the request `id` asked for; empty if there are none.
    case recognised(Slot, id: Int, text: String)
    case close(Slot)

    /// The slot of the session that the event is for.
    var slot: Slot {
        switch self {
        case .open(let slot, _), .audio(let slot, _), .interrupt(let slot), .tell(let slot, _, _), .say(let slot, _),
            .speakOnlyWhenAsked(let slot, _), .withholdBackChannels(let slot), .configure(let slot, _),
            .append(let slot, _), .result(let slot, _, _), .mind(let slot, _), .recognised(let slot, _, _),
            .close(let slot):
            slot
        }
    }
}

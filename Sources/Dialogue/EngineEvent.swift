// The engine's input.

public import Basics

/// An event for one session. Events for a session that no longer exists are ignored and counted.
public enum EngineEvent: Hashable, Sendable {
    case open(Slot, seed: UInt64)
    /// Microphone audio at the plan's rate, mono in [-1, 1], any number of samples.
    case audio(Slot, [Float])
    /// The client wants silence now: unplayed speech is dropped and the answer is abandoned.
    case interrupt(Slot)
    /// The user typed this. Without words it only ends the user's turn; an answer is due either way.
    case tell(Slot, words: [SpokenWord])
    /// The assistant is to say this, as soon as it has nothing else to say.
    case say(Slot, words: [SpokenWord])
    /// While true, the assistant begins to speak only after `tell` or `say`.
    case speakOnlyWhenAsked(Slot, Bool)
    case close(Slot)

    /// The slot of the session that the event is for.
    var slot: Slot {
        switch self {
        case .open(let slot, _), .audio(let slot, _), .interrupt(let slot), .tell(let slot, _), .say(let slot, _),
            .speakOnlyWhenAsked(let slot, _), .close(let slot):
            slot
        }
    }
}

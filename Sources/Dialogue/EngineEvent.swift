// What comes into the engine.

public import Basics

/// An event for one session. Events of a session that is gone are ignored and counted.
public enum EngineEvent: Hashable, Sendable {
    case open(Slot, seed: UInt64)
    /// Microphone audio at the plan's rate, mono in [-1, 1], any number of samples.
    case audio(Slot, [Float])
    /// The client wants silence now: what is not yet played is dropped and the answer abandoned.
    case interrupt(Slot)
    /// The user wrote this. No words at all end the user's turn: an answer is due.
    case tell(Slot, words: [SpokenWord])
    /// The assistant is to say this, as soon as it has nothing else to say.
    case say(Slot, words: [SpokenWord])
    /// While it holds, the assistant begins to speak only when it is told something or is to say something.
    case hold(Slot, Bool)
    case close(Slot)
}

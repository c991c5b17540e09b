// What comes into the engine.

public import Basics

/// An event for one session. Events of a session that is gone are ignored and counted.
public enum EngineEvent: Hashable, Sendable {
    case open(Slot, seed: UInt64)
    /// Microphone audio, 16 kHz mono in [-1, 1], any number of samples.
    case audio(Slot, [Float])
    /// The client wants silence now: what is not yet played is dropped and the answer abandoned.
    case interrupt(Slot)
    case close(Slot)
}

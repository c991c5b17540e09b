// What the floor hears.

/// What is heard in a slice. Raw values are the order of the network's outputs.
public enum FloorKind: Int, Sendable, CaseIterable {
    case nothing
    /// The user speaks to us: a turn, or an interruption while our voice sounds.
    case turn
    /// "mm-hm", "okay": a sign of listening that does not ask for the floor.
    case backchannel
    /// A cough, a laugh, a held vowel: a vocal tic.
    case tic
    /// Somebody else, a television, or the user to somebody else.
    case side
    /// Our own echo, or a sound that is no voice.
    case noise
}

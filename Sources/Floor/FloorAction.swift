// What a session does in a slice.

/// The floor's decision. While our voice is silent it is `listen` or `take`, while it speaks `goOn` or `yield`.
public enum FloorAction: Sendable, Equatable {
    /// Stay silent.
    case listen
    /// The user's turn is over: begin to speak.
    case take
    /// Keep speaking.
    case goOn
    /// Stop speaking.
    case yield
}

// What a model finds in a slice about who has the floor.

/// One session's floor in one slice.
public struct FloorSignal: Hashable, Sendable {
    /// Whether the user speaks, to the assistant.
    public var isSpeech: Bool
    /// Whether the user's turn is over.
    public var isOver: Bool
    /// Whether it would be, if nobody were asked who knows the words.
    public var soundsOver: Bool
    /// Whether the user wants the floor while the assistant has it.
    public var wantsFloor: Bool

    public init(isSpeech: Bool = false, isOver: Bool = false, soundsOver: Bool = false, wantsFloor: Bool = false) {
        (self.isSpeech, self.isOver, self.soundsOver, self.wantsFloor) = (isSpeech, isOver, soundsOver, wantsFloor)
    }
}

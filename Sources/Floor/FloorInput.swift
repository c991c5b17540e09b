// What the floor is given of one session for one slice.

/// One slice of 80 ms of one session. The pointers need to be valid only during `Floor.run`.
public struct FloorInput {
    /// [4, 384]: the rows that the streaming ear gives with this slice, in chunks of 80 ms. They end 12.5 ms before the slice does. nil is
    /// zeros.
    public var earRows: UnsafePointer<Float>?
    /// [1280]: what the microphone heard in this slice, at 16 kHz.
    public var microphone: UnsafePointer<Float>
    /// [1280]: what our own voice played in this slice, at 16 kHz and not delayed; nil is silence.
    public var ownVoice: UnsafePointer<Float>?
    /// The mind's natural log P(the user's turn is over), as long as the pause lasts that it judged; NaN where it is not known.
    public var likelihood: Float
    /// Words heard since our voice fell silent, or since the start; 0 where the ear gives none.
    public var words: Int
    /// Whether an answer is being spoken, its short pauses included.
    public var isSpeaking: Bool

    public init(
        earRows: UnsafePointer<Float>?, microphone: UnsafePointer<Float>, ownVoice: UnsafePointer<Float>? = nil,
        likelihood: Float = .nan, words: Int = 0, isSpeaking: Bool = false
    ) {
        (self.earRows, self.microphone, self.ownVoice) = (earRows, microphone, ownVoice)
        (self.likelihood, self.words, self.isSpeaking) = (likelihood, words, isSpeaking)
    }
}

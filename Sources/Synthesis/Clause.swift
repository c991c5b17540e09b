// A clause to speak: its symbols and their durations.

/// How a clause is to sound.
public struct Manner: Hashable, Sendable {
    public var speaker = 0
    /// 2 is twice as fast.
    public var speed: Float = 1
    /// Factors of the noise that the voice's json asks for. 0: always the same, and a little flat.
    public var noise: Float = 1
    public var seed: UInt64 = 0

    public init(speaker: Int = 0, speed: Float = 1, noise: Float = 1, seed: UInt64 = 0) {
        (self.speaker, self.speed, self.noise, self.seed) = (speaker, speed, noise, seed)
    }
}

/// What a kind of voice's encoder makes of phonemes.
protocol EncodingContent: Sendable {}

/// What `Voice.encode` computes, without regard to the manner.
public struct Encoding: Sendable {
    public let phonemes: [Unicode.Scalar]
    let content: any EncodingContent
}

/// What a kind of voice keeps of a clause for its stage.
protocol ClauseContent: Sendable {}

/// What `Voice.clause` computes at once; streams make sound of it.
public struct Clause: Sendable {
    public let phonemes: [Unicode.Scalar]
    /// The frame at which each phoneme ends, before any delay of streams.
    public let ends: [Int]
    /// Frames in all.
    public let frames: Int
    /// Symbols that the voice does not have; they are left out.
    public let missing: [Unicode.Scalar]
    public let manner: Manner
    /// What the frames are made of.
    let content: any ClauseContent

    /// How many phonemes have been heard in full when `frames` frames have been played.
    public func phonemesHeard(frames: Int) -> Int { ends.firstIndex { $0 > frames } ?? ends.count }
}

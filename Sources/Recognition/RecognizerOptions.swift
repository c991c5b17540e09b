// How a recogniser computes and what it believes.

public import Kernels

public struct RecognizerOptions: Hashable, Sendable {
    /// Of the products. The default is int8 (docs/benchmarks.md, "A second pass").
    public var precision = Precision.int8
    /// Of keys and values: f32 or bf16, because words get their times from the attention's weights. The default is bf16.
    public var cache = Precision.bf16
    /// Whisper's code of the language. Models for English alone know no other.
    public var language = "en"
    /// Turns that are decoded together.
    public var turnsMax = 16
    /// Silence after a turn that the encoder computes; after it come features of silence that are computed once. The default is 1 s.
    public var tailSeconds = 1.0
    /// Texts that are tried side by side where the likeliest next token leads to a text that repeats itself or is unlikely; 1 for none.
    public var beamWidth = 5
    /// Texts whose mean log probability is below this are tried again with a beam.
    public var meanLogProbabilityMin: Float = -1
    /// A text is dropped if the probability that nobody speaks is above the first and the mean log probability below the second.
    public var noSpeechProbabilityMax: Float = 0.6
    public var noSpeechLogProbability: Float = -0.5
    /// A text is dropped if its mean log probability is below this.
    public var dropLogProbability: Float = -1.5

    public init() {}
}

// A voice of either kind.

public import Kernels
public import Transformer
internal import Basics

/// What kinds of voices have in common. Immutable, shared by all streams.
protocol VoiceModel: Sendable {
    var rate: Int { get }
    var samplesPerFrame: Int { get }
    var speakers: Int { get }
    var language: String { get }
    /// Products of a slice.
    var products: [ProductShape] { get }
    func encode(_ phonemes: [Unicode.Scalar]) -> any EncodingContent
    func clause(_ encoding: Encoding, _ manner: Manner) -> Clause
    func stage(slots: Int) -> any VoiceStage
}

extension VoiceModel {
    func clause(phonemes: [Unicode.Scalar], _ manner: Manner) -> Clause {
        clause(Encoding(phonemes: phonemes, content: encode(phonemes)), manner)
    }
}

/// Makes samples of clauses' frames, with a column of state per slot. One thread owns it.
protocol VoiceStage: AnyObject {
    /// Samples a frame.
    var factor: Int { get }
    /// Samples by which the sound comes late.
    var delay: Int { get }
    /// Begins a clause of this stage's voice.
    func open(_ slot: Int, _ clause: Clause)
    /// The lanes' frames, each lane's behind the last ones that it had, to samples y [rows · factor], `delay` late.
    func run(_ lanes: [Lane], to y: UnsafeMutablePointer<Float>)
}

/// A voice: its weights, shared by all streams.
public final class Voice: Sendable {
    let model: any VoiceModel
    public let path: String

    /// Frames of a clause: more than a minute and a half. A longer one is cut.
    static let framesMax = 10_000
    /// Symbols of a clause.
    static let symbolsMax = 2000

    /// The voice in `path`: of the Piper project, an ONNX file with its json beside it (`path` + ".json"), or a small one of our own, a
    /// safetensors file (Scripts/train voice). `precision` is that of what runs in every slice; what is computed of a clause at once is float32.
    /// The default is the fastest in which Whisper hears as many words (docs/benchmarks.md). Throws one sentence if the file is no such voice.
    public init(path: String, precision: Precision? = nil) throws(ModelError) {
        self.path = path
        if path.hasSuffix(".safetensors") {
            model = try SmallVoice(path: path, precision: precision ?? .standard)
        } else {
            model = try PiperVoice(path: path, precision: precision ?? Self.bestPrecision)
        }
    }

    /// Of Piper's voices: bfloat16 on processors that multiply it, where it takes less time than float32 and Whisper hears as many words;
    /// float32 on others, where bfloat16 gains nothing (docs/benchmarks.md).
    static var bestPrecision: Precision { KernelTable.hasBFloats ? .bf16 : .f32 }

    /// Samples a second.
    public var rate: Int { model.rate }
    /// Samples a frame.
    public var samplesPerFrame: Int { model.samplesPerFrame }
    public var speakers: Int { model.speakers }
    public var language: String { model.language }
    /// The products of a slice, to choose kernels by (`KernelTable.choose`).
    public var products: [ProductShape] { model.products }

    /// Encodes a clause of phonemes, code points of espeak-ng's IPA with punctuation. Takes time in proportion to their number, most of what
    /// a clause takes before its first sound; any thread may do it.
    public func encode(_ phonemes: [Unicode.Scalar]) -> Encoding {
        Encoding(phonemes: phonemes, content: model.encode(phonemes))
    }

    /// Gives each phoneme its duration; the sound comes from `Streams`. `manner.speaker` must exist, `manner.speed` be above 0.
    public func clause(_ encoding: Encoding, _ manner: Manner = Manner()) -> Clause {
        invariant(manner.speaker >= 0 && manner.speaker < speakers, "speaker \(manner.speaker) of \(speakers)")
        invariant(manner.speed > 0, "a speed of \(manner.speed)")
        return model.clause(encoding, manner)
    }

    /// Both at once.
    public func clause(phonemes: [Unicode.Scalar], _ manner: Manner = Manner()) -> Clause {
        clause(encode(phonemes), manner)
    }
}

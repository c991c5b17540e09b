// A clause to speak: its symbols, their durations, their latents.

internal import Basics
internal import Glibc
internal import Kernels

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
    /// [ids, 2 * channels]: means, logarithms of deviations; and the id of each frame.
    let latents: [Float]
    let idOfFrame: [Int32]
    let noise: Float
    /// What the speaker adds in each coupling and in the decoder.
    let flowConditions: [[Float]?]
    let decoderCondition: [Float]?

    /// How many phonemes have been heard in full when `frames` frames have been played.
    public func phonemesHeard(frames: Int) -> Int { ends.firstIndex { $0 > frames } ?? ends.count }
}

extension Voice {
    /// Encodes a clause of phonemes, code points of espeak-ng's IPA with punctuation, and gives each its duration. Takes time
    /// in proportion to their number; the sound comes from `Streams`. `manner.speaker` must exist, `manner.speed` be above 0.
    public func clause(phonemes: [Unicode.Scalar], _ manner: Manner = Manner()) -> Clause {
        invariant(manner.speaker >= 0 && manner.speaker < speakers, "speaker \(manner.speaker) of \(speakers)")
        invariant(manner.speed > 0, "a speed of \(manner.speed)")
        let (ids, symbolOf, missing) = ids(phonemes), speaker = speakerVector(manner.speaker)
        let (rows, latents) = encoder.encode(ids), noise = Noise(seed: manner.seed)
        let drawn = (0..<2 * ids.count).map { i in
            // Channels beyond the latents' own.
            let strength = config.durationNoise * manner.noise
            return strength == 0 ? 0 : strength * noise.normal(i % ids.count, 1 << 19 + i / ids.count)
        }
        let logarithms = durations.logarithms(rows, noise: drawn, speaker: speaker)
        var idOfFrame: [Int32] = [], ends = [Int](repeating: 0, count: phonemes.count)
        for (i, value) in logarithms.enumerated() {
            let frames = (exp(min(value, 10)) * config.length / manner.speed).rounded(.up)
            let count = min(Int(frames), Self.framesMax - idOfFrame.count)
            idOfFrame += repeatElement(Int32(i), count: count)
            if symbolOf[i] >= 0 { ends[symbolOf[i]] = idOfFrame.count }
        }
        // A symbol that is left out ends with the one before.
        for i in ends.indices.dropFirst() { ends[i] = max(ends[i], ends[i - 1]) }
        return Clause(
            phonemes: phonemes, ends: ends, frames: idOfFrame.count, missing: missing, manner: manner,
            latents: latents, idOfFrame: idOfFrame, noise: config.noise * manner.noise,
            flowConditions: flow.couplings.map { condition($0.condition, speaker) },
            decoderCondition: condition(decoder.condition, speaker))
    }

    private func condition(_ convolution: Convolution?, _ speaker: [Float]?) -> [Float]? {
        guard let convolution, let speaker else { return nil }
        var out = [Float](repeating: 0, count: convolution.outputs)
        convolution.apply(speaker, counts: [1], ProductSpace(), to: &out)
        return out
    }
}

extension Clause {
    /// The flow's input at `frame`, to z [channels].
    func draw(_ frame: Int, channels: Int, to z: UnsafeMutablePointer<Float>) {
        let row = Int(idOfFrame[frame]) * 2 * channels, source = Noise(seed: manner.seed)
        for c in 0..<channels { z[c] = latents[row + c] }
        guard noise > 0 else { return }
        for c in 0..<channels { z[c] += source.normal(frame, c) * exp(latents[row + channels + c]) * noise }
    }
}

// A clause of a Piper voice: its latents, and which frame has which.

internal import Basics
internal import Glibc
internal import Kernels

struct PiperClause: ClauseContent {
    /// [ids, 2 * channels]: means, logarithms of deviations; and the id of each frame.
    let latents: [Float]
    let idOfFrame: [Int32]
    let noise: Float
    let seed: UInt64
    /// What the speaker adds in each coupling and in the decoder.
    let flowConditions: [[Float]?]
    let decoderCondition: [Float]?
}

struct PiperEncoding: EncodingContent {
    /// For each id, the symbol that it is of.
    let symbolOf: [Int]
    let missing: [Unicode.Scalar]
    /// [ids, width] for the durations, and the clause's latents.
    let rows, latents: [Float]
}

extension PiperVoice {
    func encode(_ phonemes: [Unicode.Scalar]) -> any EncodingContent {
        let (ids, symbolOf, missing) = ids(phonemes), (rows, latents) = encoder.encode(ids)
        return PiperEncoding(symbolOf: symbolOf, missing: missing, rows: rows, latents: latents)
    }

    func clause(_ encoding: Encoding, _ manner: Manner) -> Clause {
        let encoded = encoding.content as! PiperEncoding, phonemes = encoding.phonemes
        let speaker = speakerVector(manner.speaker), noise = Noise(seed: manner.seed), count = encoded.symbolOf.count
        let drawn = (0..<2 * count).map { i in
            // Channels beyond the latents' own.
            let strength = config.durationNoise * manner.noise
            return strength == 0 ? 0 : strength * noise.normal(i % count, 1 << 19 + i / count)
        }
        let logarithms = durations.logarithms(encoded.rows, noise: drawn, speaker: speaker)
        var idOfFrame: [Int32] = [], ends = [Int](repeating: 0, count: phonemes.count)
        for (i, value) in logarithms.enumerated() {
            let frames = (exp(min(value, 10)) * config.length / manner.speed).rounded(.up)
            let count = min(Int(frames), Voice.framesMax - idOfFrame.count)
            idOfFrame += repeatElement(Int32(i), count: count)
            let symbol = encoded.symbolOf[i]
            if symbol >= 0 { ends[symbol] = idOfFrame.count }
        }
        // A symbol that is left out ends with the one before.
        for i in ends.indices.dropFirst() { ends[i] = max(ends[i], ends[i - 1]) }
        return Clause(
            phonemes: phonemes, ends: ends, frames: idOfFrame.count, missing: encoded.missing, manner: manner,
            content: PiperClause(
                latents: encoded.latents, idOfFrame: idOfFrame, noise: config.noise * manner.noise, seed: manner.seed,
                flowConditions: flow.couplings.map { condition($0.condition, speaker) },
                decoderCondition: condition(decoder.condition, speaker)))
    }

    private func condition(_ convolution: Convolution?, _ speaker: [Float]?) -> [Float]? {
        guard let convolution, let speaker else { return nil }
        var out = [Float](repeating: 0, count: convolution.outputs)
        convolution.apply(speaker, counts: [1], ProductSpace(), to: &out)
        return out
    }
}

extension PiperClause {
    /// The flow's input at `frame`, to z [channels].
    func draw(_ frame: Int, channels: Int, to z: UnsafeMutablePointer<Float>) {
        let row = Int(idOfFrame[frame]) * 2 * channels, source = Noise(seed: seed)
        for c in 0..<channels { z[c] = latents[row + c] }
        guard noise > 0 else { return }
        for c in 0..<channels { z[c] += source.normal(frame, c) * exp(latents[row + channels + c]) * noise }
    }
}

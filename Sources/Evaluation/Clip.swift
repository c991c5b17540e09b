// A piece of sound that the caller plays into the microphone, and what is done to it before.

internal import Basics
internal import Glibc

/// 16-kHz samples at their final level.
public struct Clip: Sendable {
    public var samples: [Float]
    /// The hesitation in it, in seconds from its start.
    public var pause: Recording.Span?

    public init(_ samples: [Float], pause: Recording.Span? = nil) { (self.samples, self.pause) = (samples, pause) }

    public var seconds: Double { Double(samples.count) / Double(SampleTime.rate) }

    /// Silence in place of nothing at the quietest 20 ms near the fraction that the hesitation names.
    func hesitating(_ hesitation: SceneTurn.Hesitation) -> Clip {
        let frame = SampleTime.rate / 50
        func power(_ start: Int) -> Float { samples[start..<start + frame].reduce(0) { $0 + $1 * $1 } }
        // Within a tenth of the clip around the place.
        let places = stride(from: 0, to: max(0, samples.count - frame), by: frame / 2).filter {
            abs(Double($0) / Double(samples.count) - hesitation.at) < 0.1
        }
        guard let quietest = places.min(by: { (power($0), $0) < (power($1), $1) }) else { return self }
        let cut = quietest + frame / 2, silence = Int(hesitation.seconds * Double(SampleTime.rate))
        let start = Double(cut) / Double(SampleTime.rate)
        return Clip(
            Array(samples[..<cut]) + Array(repeating: 0, count: silence) + Array(samples[cut...]),
            pause: Recording.Span(start: start, end: start + hesitation.seconds))
    }
}

/// Levels and silences of signals.
enum Signal {
    /// The amplitude of a level in dBFS.
    static func amplitude(_ decibels: Double) -> Float { Float(pow(10, decibels / 20)) }

    static func rms(_ samples: [Float]) -> Float {
        (samples.reduce(0) { $0 + $1 * $1 } / Float(max(1, samples.count))).squareRoot()
    }

    /// `samples` at `decibels` dBFS RMS.
    static func level(_ samples: [Float], _ decibels: Double) -> [Float] {
        let gain = amplitude(decibels) / max(rms(samples), 1e-9)
        return samples.map { $0 * gain }
    }

    /// Without what is before and after the 10-ms frames whose energy is at least 2 % of the loudest's.
    static func trim(_ samples: [Float]) -> [Float] {
        let frame = SampleTime.rate / 100
        let powers = (0..<samples.count / frame).map { i in
            samples[i * frame..<(i + 1) * frame].reduce(0) { $0 + $1 * $1 }
        }
        // An amplitude of 2 % is as little as the ear notices; its square is the energy's share.
        let threshold = (powers.max() ?? 0) * 0.02 * 0.02
        guard let first = powers.firstIndex(where: { $0 > threshold }),
            let last = powers.lastIndex(where: { $0 > threshold })
        else { return samples }
        return Array(samples[first * frame..<(last + 1) * frame])
    }
}

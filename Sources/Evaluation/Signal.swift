// Levels and silence in signals.

internal import Glibc

/// Levels and silence in signals.
enum Signal {
    /// Amplitude of a level in dBFS.
    static func amplitude(_ decibels: Double) -> Float { Float(pow(10, decibels / 20)) }

    static func rms(_ samples: [Float]) -> Float {
        (samples.reduce(0) { $0 + $1 * $1 } / Float(max(1, samples.count))).squareRoot()
    }

    /// Scales `samples` to `decibels` dBFS RMS.
    static func level(_ samples: [Float], _ decibels: Double) -> [Float] {
        let gain = amplitude(decibels) / max(rms(samples), 1e-9)
        return samples.map { $0 * gain }
    }

    /// Removes everything before and after the 10-ms frames whose RMS exceeds 2 % of the loudest frame's.
    static func trim(_ samples: [Float]) -> [Float] {
        let frame = Recording.rate / 100, isLoud = loudFrames(samples)
        guard let first = isLoud.firstIndex(of: true), let last = isLoud.lastIndex(of: true) else { return samples }
        return Array(samples[first * frame..<(last + 1) * frame])
    }

    /// Whether each 10 ms has more than 2 % of the loudest 10 ms' amplitude. Less is hardly audible.
    static func loudFrames(_ samples: [Float]) -> [Bool] {
        let frame = Recording.rate / 100
        let powers = (0..<samples.count / frame).map { i in
            samples[i * frame..<(i + 1) * frame].reduce(0) { $0 + $1 * $1 }
        }
        let threshold = (powers.max() ?? 0) * 0.02 * 0.02
        return powers.map { $0 > threshold }
    }
}
